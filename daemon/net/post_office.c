#include "net/post_office.h"

#include <stdlib.h>

#include "base/memory.h"

void received_batch_free(struct received_batch *batch) {
    if (!batch)
        return;
    for (size_t i = 0; i < batch->count; i++)
        memory_free_pointer(&batch->messages[i].bytes);
    free(batch->messages);
    memory_free_pointer(&batch->folder);
    free(batch);
}
