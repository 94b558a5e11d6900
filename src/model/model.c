// SPDX-License-Identifier: GPL-2.0-or-later
// The model's stages in order.
#include "model/model.h"

void model_run(struct facts *f)
{
	(void)f;
}
