import { startPolardb } from "../../tests/emulators/polardb";
import type { PulumiInstallation } from "../pulumi-cli";
import { ThrowawayStack } from "../throwawayStack";
import type { Measurement } from "./measurement";

const ACCESS_KEY = { accessKeyId: "LTAI-bench", accessKeySecret: "bench-secret" };
const LATENCY_MS = 20;
const MAX_PROVIDER_BYTES = 100;
const MAX_RATIO = 1.15;

/** The cheapest provider there can be, in the same shape as ours: the floor that the engine itself sets. */
const TRIVIAL = `
  const text = 'exports.handler=()=>({check:async(o,n)=>({inputs:n}),diff:async()=>({}),create:async(i)=>({id:i.name,outs:i}),update:async(i,o,n)=>({outs:n}),read:async(i,p)=>({id:i,props:p}),delete:async()=>{}})';
  for (let i = 0; i < count; i++) new Floor("r" + i, { name: "r" + i, __provider: text });`;

const OURS = `
  for (let i = 0; i < count; i++) new polardb.BackupPolicy("r" + i, { dbClusterId: "pc-" + i, dataLevel1BackupRetentionPeriod: 14 });`;

/** Times the engine with our resources against the same number of trivial ones, in one run and in turn. */
export async function measureEngine(pulumi: PulumiInstallation, count: number): Promise<Measurement[]> {
  const clusters = Array.from({ length: count }, (_, index) => ({
    id: `pc-${index}`,
    engine: "MySQL" as const,
    region: "cn-hangzhou",
  }));
  const service = await startPolardb({ accessKeys: [ACCESS_KEY], clusters, latencyMs: LATENCY_MS });
  const environment = {
    POLARDB_ENDPOINT: service.url,
    ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY.accessKeySecret,
  };
  const floor = await ThrowawayStack.create({ pulumi, environment, project: project(TRIVIAL, count) });
  const ours = await ThrowawayStack.create({ pulumi, environment, project: project(OURS, count) });
  const calls = (): number => service.journal.calls.length;
  try {
    const createFloor = await timed(floor, "up", "--yes", "--skip-preview");
    const createOurs = await timed(ours, "up", "--yes", "--skip-preview");
    const createCalls = calls() / count;
    service.journal.clear();
    const noopFloor = await timed(floor, "up", "--yes", "--expect-no-changes");
    const noopOurs = await timed(ours, "up", "--yes", "--expect-no-changes");
    const noopCalls = calls();
    await timed(ours, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
    const refreshCalls = calls() / count;
    const texts = (await ours.resources()).map(({ inputs }) => String(inputs?.__provider ?? ""));
    const bytes = Math.max(...texts.map((text) => Buffer.byteLength(text)));
    const ratio = noopOurs / noopFloor;
    const seconds = (a: number, b: number): string =>
      `${(a / b).toFixed(2)} x (${a.toFixed(1)} s against ${b.toFixed(1)} s)`;
    return [
      {
        what: "__provider in state",
        value: `${bytes} bytes`,
        target: `<= ${MAX_PROVIDER_BYTES} bytes`,
        ok: bytes <= MAX_PROVIDER_BYTES,
      },
      {
        what: `create of ${count} policies, calls for each`,
        value: String(createCalls),
        target: "3",
        ok: createCalls === 3,
      },
      {
        what: `create of ${count} policies at ${LATENCY_MS} ms latency`,
        value: seconds(createOurs, createFloor),
        target: "none at this size",
        ok: true,
      },
      { what: `no-op up of ${count} policies, calls`, value: String(noopCalls), target: "0", ok: noopCalls === 0 },
      {
        what: `no-op up of ${count} policies`,
        value: seconds(noopOurs, noopFloor),
        target: `<= ${MAX_RATIO} x`,
        ok: ratio <= MAX_RATIO,
      },
      {
        what: `refresh of ${count} policies, calls for each`,
        value: String(refreshCalls),
        target: "1",
        ok: refreshCalls === 1,
      },
    ];
  } finally {
    floor.dispose();
    ours.dispose();
    await service.close();
  }
}

async function timed(stack: ThrowawayStack, ...args: readonly string[]): Promise<number> {
  console.error(`pulumi ${args.join(" ")} …`);
  const begun = performance.now();
  await stack.mustRun(...args);
  return (performance.now() - begun) / 1_000;
}

function project(program: string, count: number): Record<string, string> {
  return {
    "Pulumi.yaml": "name: bench\nruntime: nodejs\nmain: index.js\n",
    "package.json": JSON.stringify({ name: "bench", private: true }),
    "index.js": `"use strict";
const pulumi = require("@pulumi/pulumi");
const { polardb } = require("pulumi-backup-policies");
class Floor extends pulumi.CustomResource {
  constructor(name, props) { super("pulumi-nodejs:dynamic/bench:Floor", name, props); }
}
const count = ${count};
${program}
`,
  };
}
