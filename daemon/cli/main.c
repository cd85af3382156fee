#include "cli/dispatch.h"

int main(int count, char **arguments) {
    return dispatch_main(count, arguments);
}
