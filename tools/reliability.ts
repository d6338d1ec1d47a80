import { writePage } from "./reliability/file";

/** Writes docs/reliability.md from the figures of the last test run. */
writePage();
