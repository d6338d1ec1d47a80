import { realClock } from "../emulators/common/clock";
import type { StateChange } from "../emulators/polardb";
import type { AnswerEdits } from "../emulators/polardb/answerEdits";
import { KEY, PolardbFixture, type StartedPolardb } from "./support/polardbFixture";
import type { RawAnswer } from "./support/polardbRawClient";
import { SDKS } from "./support/polardbSdks";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

async function retention({ describe: read }: StartedPolardb, id?: string): Promise<unknown> {
  return (await read(id)).body.DataLevel1BackupRetentionPeriod;
}

const arm = ({ client }: StartedPolardb, fault: unknown): Promise<RawAnswer> =>
  client.send({ method: "POST", target: "/__faults", headers: {}, body: JSON.stringify(fault) });

describe("Vendor faults of the PolarDB emulator", () => {
  it.each([
    ["before", "7"],
    ["after", "8"],
  ] as const)("answer 500 %s the change takes effect", async (when, expected) => {
    const polardb = await fixture.start();
    const effect = { kind: "vendorError", when, status: 500, code: "InternalError" } as const;
    polardb.emulator.world.vendorFaults.add({ operation: "Modify", clusterId: "pc-mysql", effect });
    expect((await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" }, "pc-inland")).status).toBe(200);
    const answer = await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" });
    expect(answer).toMatchObject({ status: 500, code: "InternalError" });
    expect(await retention(polardb)).toBe(expected);
    const call = polardb.emulator.journal.calls[1];
    expect(call).toMatchObject({ status: 500, fault: "vendorError", detail: { code: "InternalError" } });
    expect((await polardb.modify({})).status).toBe(200);
  });

  it.each([
    ["before", "7"],
    ["after", "8"],
  ] as const)("answer with a proxy's page %s the change takes effect", async (when, expected) => {
    const polardb = await fixture.start();
    polardb.emulator.world.vendorFaults.add({ operation: "Modify", effect: { kind: "badGateway", when } });
    const answer = await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" });
    expect(answer.status).toBe(502);
    expect(answer.headers["content-type"]).toBe("text/html");
    expect(answer.text).toContain("<html>");
    expect(await retention(polardb)).toBe(expected);
  });

  it("skip and count as armed, and can be taken back", async () => {
    const { describe: read, emulator } = await fixture.start();
    emulator.world.vendorFaults.add({
      skip: 1,
      times: 2,
      effect: { kind: "vendorError", when: "before", status: 400, code: "Throttling.Api", retryAfterMs: 700 },
    });
    const codes = [await read(), await read(), await read(), await read()];
    expect(codes.map(({ code }) => code)).toEqual([undefined, "Throttling.Api", "Throttling.Api", undefined]);
    expect(codes[1]?.headers["x-acs-retry-after"]).toBe("700");
    emulator.world.vendorFaults.add({ effect: { kind: "badGateway", when: "before" } });
    emulator.world.vendorFaults.clear();
    expect((await read()).status).toBe(200);
  });

  it("can be armed over HTTP, beside those of the transport", async () => {
    const polardb = await fixture.start();
    const control = (method: string, body: string): Promise<RawAnswer> =>
      polardb.client.send({ method, target: "/__faults", headers: {}, body });
    const effect = { kind: "vendorError", when: "before", status: 503, code: "ServiceUnavailable" };
    expect((await control("POST", JSON.stringify({ operation: "Describe", effect }))).status).toBe(200);
    expect((await polardb.describe()).code).toBe("ServiceUnavailable");
    for (const wrong of [
      {},
      { effect: { kind: "nothing" } },
      { effect: { ...effect, when: "now" } },
      { effect, clusterID: "pc-mysql" },
      { effect: { ...effect, status: "503" } },
      { effect: { ...effect, status: 7 } },
    ]) {
      expect((await control("POST", JSON.stringify(wrong))).status).toBe(400);
    }
    expect((await polardb.describe()).status).toBe(200);
    const reply = { kind: "reply", when: "after", status: 500, body: "{}" };
    await control("POST", JSON.stringify({ operation: "ModifyBackupPolicy", effect: reply }));
    expect((await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" })).status).toBe(500);
    expect(await retention(polardb)).toBe("8");
    await control("POST", JSON.stringify({ effect }));
    await control("DELETE", "");
    expect((await polardb.describe()).status).toBe(200);
  });
});

describe("An error under HTTP 200 from the PolarDB emulator", () => {
  const fault = {
    operation: "Modify",
    effect: { kind: "vendorError", when: "before", status: 200, code: "InternalError", message: "sorry" },
  };

  it("has the body of an error, and the call had no effect", async () => {
    const polardb = await fixture.start();
    expect((await arm(polardb, fault)).status).toBe(200);
    const answer = await polardb.modify({ DataLevel1BackupRetentionPeriod: "8" });
    expect(answer).toMatchObject({ status: 200, code: "InternalError", body: { Message: "sorry" } });
    expect(answer.body).toHaveProperty("RequestId");
    expect(await retention(polardb)).toBe("7");
  });

  it("looks like a success to the official current client", async () => {
    const polardb = await fixture.start({ clock: realClock });
    await arm(polardb, fault);
    const answer = await SDKS[0]?.call(polardb.emulator.url, KEY, "ModifyBackupPolicy", { DBClusterId: "pc-mysql" });
    expect(answer).toMatchObject({ Code: "InternalError" });
  });
});

describe("An edited answer of the PolarDB emulator", () => {
  const RULES = "AdvancedDataPolicies.AdvancedDataPolicy";
  const CASES: readonly [name: string, log: boolean, edits: AnswerEdits, shown: object][] = [
    ["a field left out", false, { fields: { DataLevel1BackupPeriod: "missing" } }, {}],
    ["a field without a value", false, { fields: { BackupFrequency: "null" } }, { BackupFrequency: null }],
    ["an empty text", false, { fields: { PreferredBackupPeriod: "empty" } }, { PreferredBackupPeriod: "" }],
    ["an empty object", false, { fields: { AdvancedDataPolicies: "empty" } }, { AdvancedDataPolicies: {} }],
    ["an empty list", false, { fields: { [RULES]: "empty" } }, { AdvancedDataPolicies: { AdvancedDataPolicy: [] } }],
    [
      "a number for a text",
      false,
      { fields: { DataLevel2BackupRetentionPeriod: "number" } },
      { DataLevel2BackupRetentionPeriod: 0 },
    ],
    ["a text for a number", true, { fields: { LogBackupRetentionPeriod: "text" } }, { LogBackupRetentionPeriod: "7" }],
    ["white space", false, { fields: { PreferredBackupTime: "padded" } }, { PreferredBackupTime: " 02:00Z-03:00Z\n" }],
    [
      "another order",
      false,
      { fields: { DataLevel1BackupPeriod: "reordered" } },
      { DataLevel1BackupPeriod: "Sunday, Saturday, Friday, Thursday, Wednesday, Tuesday, Monday" },
    ],
    ["a request without id", false, { fields: { RequestId: "missing" } }, {}],
    ["a new field", false, { set: { EnableImmutableBackup: true } }, { EnableImmutableBackup: true }],
    ["another value", true, { set: { EnableBackupLog: 0 } }, { EnableBackupLog: 0 }],
  ];

  it.each(CASES)("has %s and is else as it was", async (_name, log, edits, shown) => {
    const polardb = await fixture.start();
    polardb.emulator.change({ kind: "switchToAdvanced", clusterId: "pc-mysql" });
    const read = log ? polardb.describeLog : polardb.describe;
    const { RequestId: _id, ...before } = (await read()).body;
    await arm(polardb, { operation: "Describe", effect: { kind: "answer", ...edits } });
    const { body } = await read();
    const gone = Object.entries(edits.fields ?? {}).flatMap(([path, form]) => (form === "missing" ? [path] : []));
    const expected = { RequestId: expect.any(String), ...before, ...shown };
    expect(body).toEqual(Object.fromEntries(Object.entries(expected).filter(([field]) => !gone.includes(field))));
    const { RequestId: _next, ...after } = (await read()).body;
    expect(after).toEqual(before);
  });

  it("reaches into every element of a list, and no further than the answer", async () => {
    const polardb = await fixture.start();
    await polardb.modify({ DataLevel2BackupRetentionPeriod: "30" });
    polardb.emulator.change({ kind: "switchToAdvanced", clusterId: "pc-mysql" });
    const held = structuredClone(polardb.settings());
    const fields = {
      [`${RULES}.PolicyId`]: "padded",
      [`${RULES}.FilterKey`]: "missing",
      [`${RULES}.AutoCreated`]: "text",
    };
    const effect = { kind: "answer", fields, set: { [`${RULES}.StorageClass`]: "standard" } };
    await arm(polardb, { effect });
    const answer = await polardb.describe();
    expect(answer.body.AdvancedDataPolicies).toEqual({
      AdvancedDataPolicy: held.advancedData.map(({ FilterKey: _gone, ...rule }) => ({
        ...rule,
        PolicyId: ` ${rule.PolicyId}\n`,
        AutoCreated: "true",
        StorageClass: "standard",
      })),
    });
    expect(polardb.emulator.journal.calls.at(-1)?.fault).toBe("answer");
    expect(polardb.settings()).toEqual(held);
  });

  it("can have edits of elements although there are none", async () => {
    const polardb = await fixture.start();
    await arm(polardb, { effect: { kind: "answer", fields: { [`${RULES}.PolicyId`]: "padded" } } });
    expect((await polardb.describe()).body.AdvancedDataPolicies).toEqual({ AdvancedDataPolicy: [] });
  });

  it.each(["DataLevel3BackupPeriod", "AdvancedLogPolicies.AdvancedLogPolicy.PolicyId", `${RULES}.PolicyID`])(
    "is no answer at all if there is no %s to edit",
    async (path) => {
      const polardb = await fixture.start();
      polardb.emulator.change({ kind: "switchToAdvanced", clusterId: "pc-mysql" });
      await arm(polardb, { effect: { kind: "answer", fields: { [path]: "null" } } });
      expect(await polardb.describe()).toMatchObject({
        status: 500,
        text: expect.stringContaining(`the answer has no field ${path}`),
      });
    },
  );

  it("is read by the official current client as far as that is tolerant", async () => {
    const polardb = await fixture.start({ clock: realClock });
    const fields = { DataLevel1BackupRetentionPeriod: "number", AdvancedDataPolicies: "empty" };
    await arm(polardb, { effect: { kind: "answer", fields, set: { EnableCrossRegionImmutableBackup: false } } });
    const answer = await SDKS[0]?.call(polardb.emulator.url, KEY, "DescribeBackupPolicy", { DBClusterId: "pc-mysql" });
    expect(answer).toMatchObject({
      DataLevel1BackupRetentionPeriod: 7,
      AdvancedDataPolicies: {},
      EnableCrossRegionImmutableBackup: false,
    });
  });
});

describe("A change by somebody else, armed as a fault of the PolarDB emulator,", () => {
  const clusterId = "pc-mysql";
  const shorter: StateChange = { kind: "setPolicy", clusterId, policy: { DataLevel1BackupRetentionPeriod: "3" } };

  it("comes just before the call that it waits for, once, and is what that call builds on", async () => {
    const polardb = await fixture.start();
    expect((await arm(polardb, { operation: "DescribeBackupPolicy", skip: 1, change: shorter })).status).toBe(200);
    expect(await retention(polardb)).toBe("7");
    await polardb.describeLog();
    expect(await retention(polardb)).toBe("3");
    await polardb.modify({ DataLevel1BackupRetentionPeriod: "9" });
    expect(await retention(polardb)).toBe("9");
    expect(polardb.emulator.journal.calls.map(({ fault }) => fault)).toEqual([
      undefined,
      undefined,
      "change",
      undefined,
      undefined,
    ]);
  });

  it("comes between the read and the write of a client", async () => {
    const polardb = await fixture.start();
    polardb.emulator.world.vendorFaults.add({ operation: "ModifyBackupPolicy", change: shorter });
    await polardb.describe();
    await polardb.modify({ PreferredBackupTime: "05:00Z-06:00Z" });
    expect(polardb.settings().data).toMatchObject({
      DataLevel1BackupRetentionPeriod: "3",
      PreferredBackupTime: "05:00Z-06:00Z",
    });
  });

  it.each<[change: StateChange, code: string]>([
    [{ kind: "deleteCluster", clusterId }, "InvalidDBClusterId.NotFound"],
    [{ kind: "setStatus", clusterId, status: "Maintaining", forMs: 1000 }, "OperationDenied.DBClusterStatus"],
    [{ kind: "setLock", clusterId, lockMode: "ManualLock" }, "OperationDenied.LockMode"],
  ])("decides over that call: %j", async (change, code) => {
    const polardb = await fixture.start();
    polardb.emulator.world.vendorFaults.add({ operation: "ModifyBackupPolicy", clusterId, change });
    expect((await polardb.modify({}, "pc-inland")).status).toBe(200);
    expect((await polardb.modify({})).code).toBe(code);
  });

  it("goes with other changes and with one effect", async () => {
    const polardb = await fixture.start();
    const { vendorFaults } = polardb.emulator.world;
    vendorFaults.add({ change: shorter });
    vendorFaults.add({ effect: { kind: "badGateway", when: "after" } });
    vendorFaults.add({ change: { kind: "switchToAdvanced", clusterId } });
    vendorFaults.add({ effect: { kind: "duplicateCreate" } });
    expect((await polardb.modify({ PreferredBackupTime: "05:00Z-06:00Z" })).status).toBe(502);
    expect(polardb.settings()).toMatchObject({
      level: "Advanced",
      data: { DataLevel1BackupRetentionPeriod: "3", PreferredBackupTime: "05:00Z-06:00Z" },
    });
    await polardb.describe();
    expect(polardb.emulator.journal.calls.map(({ fault }) => fault)).toEqual(["badGateway", "duplicateCreate"]);
  });

  it.each<[fault: object, message: string]>([
    [{ change: { kind: "explode" } }, 'change.kind: "explode" is not a kind of change'],
    [{ change: shorter, effect: { kind: "duplicateCreate" } }, "cannot go with a change; arm two faults"],
    [{ effect: { kind: "duplicateCreate", when: "before" } }, "effect.when: unknown member; known are kind"],
    [
      { effect: { kind: "answer", fields: { RequestId: "gone" } } },
      'effect.fields.RequestId: "gone" must be one of missing',
    ],
    [{ effect: { kind: "answer", fields: [] } }, "effect.fields: [] must be a JSON object"],
    [{ effect: { kind: "answer", remove: ["RequestId"] } }, "effect.remove: unknown member"],
  ])("is refused if it is wrong: %j", async (fault, message) => {
    const polardb = await fixture.start();
    const answer = await arm(polardb, fault);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(message);
    expect((await polardb.describe()).status).toBe(200);
  });
});
