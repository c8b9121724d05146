import * as fc from "fast-check";
import { inject } from "vitest";

/*
 * Properties are tried on the same values each time, so that a change is judged by what it changes. In the full form
 * (`test:long` sets KTX_LONG_TESTS) the values are new each time.
 */
if (inject("longForm") !== "full") fc.configureGlobal({ seed: 20_260_717 });
