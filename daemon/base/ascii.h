#pragma once
/* Kinds of ASCII characters, whatever the locale; bytes of other characters are of none. */
#include <stdbool.h>

bool ascii_is_digit(char character);
bool ascii_is_letter(char character);
bool ascii_is_letter_or_digit(char character);

bool ascii_is_blank(char character); /* a space or a tab */

/* What a hexadecimal digit of either case stands for; -1 where it is none. */
int ascii_hex_value(char character);
