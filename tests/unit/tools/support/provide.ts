import { providePulumi } from "../../../../tools/pulumi-cli";
import { fakeSource } from "./fakeSource";

const [log = "", buildMs = ""] = process.argv.slice(2);

providePulumi({ sources: [fakeSource({ log, buildMs: Number(buildMs) })] }).then(
  ({ bin, isNew }) => console.log(JSON.stringify({ bin, isNew })),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
