#include "base/ascii.h"

bool ascii_is_digit(char character) {
    return character >= '0' && character <= '9';
}

bool ascii_is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool ascii_is_letter_or_digit(char character) {
    return ascii_is_letter(character) || ascii_is_digit(character);
}

bool ascii_is_blank(char character) {
    return character == ' ' || character == '\t';
}

int ascii_hex_value(char character) {
    if (ascii_is_digit(character))
        return character - '0';
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}
