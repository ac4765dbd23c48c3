/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/show.h"
int show_yaml(shown *show)
{
    (void)show;
    return 0;
}
