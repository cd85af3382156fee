#pragma once
/* From the words that somebody typed to the command that they mean. */

/* Understands ARGUMENTS (main's argv), runs the command, returns the exit code. */
int dispatch_main(int count, char **arguments);
