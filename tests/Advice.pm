# What prove prints, and behind it, where tests failed: which file to look at, and how to run just that one.
package Advice;
use strict;
use warnings;
use TAP::Formatter::Console;
use TAP::Formatter::File;
our @ISA = -t STDOUT ? 'TAP::Formatter::Console' : 'TAP::Formatter::File';

sub summary {
    my ($self, $aggregate, $interrupted) = @_;
    $self->SUPER::summary($aggregate, $interrupted);
    my @failed = grep { ($aggregate->parsers($_))[0]->has_problems } $aggregate->descriptions;
    $self->_output("\nWhat failed, and how to run it alone:\n") if @failed;
    for my $test (sort @failed) {
        my ($unit) = $test =~ m{(tests/unit/.*)};
        my $program = $ENV{TANDEMPOST} // 'build/tandempost';
        $self->_output($unit ? "  $unit.c\n      make $test && $test\n"
                             : "  $test\n      TANDEMPOST=$program prove -v $test\n");
    }
}

1;
