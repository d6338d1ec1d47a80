import { realClock, VirtualClock } from "../emulators/common/clock";
import { detailOf } from "../emulators/polardb";
import { KEY, PolardbFixture } from "./support/polardbFixture";
import { type RawCallOptions, RawClient, type RawRequest } from "./support/polardbRawClient";

const MINUTE_MS = 60_000;
const DESCRIBE = { DBClusterId: "pc-mysql" };
const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

describe("A V3 signature on the PolarDB emulator", () => {
  const tampering: readonly [name: string, tamper: (request: RawRequest) => void][] = [
    [
      "another parameter value",
      (request) => {
        request.target = request.target.replace("pc-mysql", "pc-inland");
      },
    ],
    [
      "another parameter",
      (request) => {
        request.target += "&BackupFrequency=Normal";
      },
    ],
    [
      "another host",
      (request) => {
        request.headers.host = "polardb.aliyuncs.com";
      },
    ],
    [
      "another action",
      (request) => {
        request.headers["x-acs-action"] = "ModifyBackupPolicy";
      },
    ],
    [
      "another version",
      (request) => {
        request.headers["x-acs-version"] = "2017-08-02";
      },
    ],
    [
      "another nonce",
      (request) => {
        request.headers["x-acs-signature-nonce"] = "n";
      },
    ],
    [
      "another method",
      (request) => {
        request.method = "GET";
      },
    ],
    [
      "a body that was not hashed",
      (request) => {
        request.body = "DBClusterId=pc-inland";
      },
    ],
    [
      "a body and its hash, which is signed too",
      (request) => {
        request.body = "x";
        request.headers["x-acs-content-sha256"] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
      },
    ],
  ];

  it.each(tampering)("does not cover %s", async (_name, tamper) => {
    const { client } = await fixture.start();
    const answer = await client.v3("DescribeBackupPolicy", DESCRIBE, { tamper });
    expect(answer).toMatchObject({ status: 400, code: "SignatureDoesNotMatch" });
    expect(answer.body.Message).toMatch(/server string to sign is:/);
  });

  it.each(["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"])(
    "must cover %s",
    async (name) => {
      const { client } = await fixture.start();
      const answer = await client.v3("DescribeBackupPolicy", DESCRIBE, { unsigned: [name] });
      expect(answer).toMatchObject({ status: 400, code: "IncompleteSignature" });
    },
  );

  it("must cover the security token", async () => {
    const { client } = await fixture.start({ accessKeys: [{ ...KEY, securityToken: "t" }] });
    expect((await client.v3("DescribeBackupPolicy", DESCRIBE)).status).toBe(200);
    const answer = await client.v3("DescribeBackupPolicy", DESCRIBE, { unsigned: ["x-acs-security-token"] });
    expect(answer.code).toBe("IncompleteSignature");
  });

  it("must announce the hash of the body that was sent", async () => {
    const { client } = await fixture.start();
    const answer = await client.v3("DescribeBackupPolicy", DESCRIBE, { announcedHash: "0".repeat(64) });
    expect(answer.code).toBe("SignatureDoesNotMatch");
  });

  it("may leave out what is sent and not signed", async () => {
    const { client } = await fixture.start();
    const tamper = (request: RawRequest): void => {
      request.headers["x-acs-extra"] = "1";
    };
    expect((await client.v3("DescribeBackupPolicy", DESCRIBE, { tamper })).status).toBe(200);
  });

  it.each([
    "ACS3-HMAC-SHA256 x",
    "ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=b",
    "Bearer x",
    "ACS4-HMAC-SHA256 Credential=a/20260105/cn-hangzhou/polardb/aliyun_v4_request,SignedHeaders=host,Signature=b",
  ])("must be complete: %s", async (authorization) => {
    const { client } = await fixture.start();
    const tamper = (request: RawRequest): void => {
      request.headers.authorization = authorization;
    };
    const answer = await client.v3("DescribeBackupPolicy", DESCRIBE, { tamper });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("IncompleteSignature");
  });

  it.each(["GET", "POST"])("is accepted on %s, with parameters in the query or in a form", async (method) => {
    const { client } = await fixture.start();
    expect((await client.v3("DescribeBackupPolicy", DESCRIBE, { method })).status).toBe(200);
    if (method === "POST") {
      expect((await client.v3("DescribeBackupPolicy", DESCRIBE, { method, asForm: true })).status).toBe(200);
    }
  });
});

describe("A V1 signature on the PolarDB emulator", () => {
  it.each([
    [
      "an added parameter",
      (request: RawRequest) => {
        request.target += "&BackupFrequency=Normal";
      },
    ],
    [
      "another method",
      (request: RawRequest) => {
        request.method = "GET";
      },
    ],
    ["an added form field", addForm],
  ])("does not cover %s", async (_name, tamper) => {
    const { client } = await fixture.start();
    expect(await client.v1("DescribeBackupPolicy", DESCRIBE, { tamper })).toMatchObject({
      status: 400,
      code: "SignatureDoesNotMatch",
    });
  });

  it.each([
    ["Signature", "IncompleteSignature"],
    ["Timestamp", "IllegalTimestamp"],
    ["AccessKeyId", "MissingParameter"],
    ["SignatureNonce", "MissingParameter"],
    ["SignatureMethod", "MissingParameter"],
    ["SignatureVersion", "MissingParameter"],
  ])("needs %s", async (name, code) => {
    const { client } = await fixture.start();
    const tamper = (request: RawRequest): void => {
      request.target = request.target.replace(new RegExp(`([?&])${name}=[^&]*`), "$1");
    };
    expect(await client.v1("DescribeBackupPolicy", DESCRIBE, { tamper })).toMatchObject({ status: 400, code });
  });

  it("is answered in XML unless JSON is asked for", async () => {
    const { client, emulator } = await fixture.start();
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-mysql" });
    for (const format of [null, "XML"]) {
      const { headers, text } = await client.v1("DescribeBackupPolicy", DESCRIBE, { format });
      expect(headers["content-type"]).toBe("text/xml;charset=utf-8");
      expect(text).toMatch(
        /^<\?xml version="1.0" encoding="UTF-8"\?><DescribeBackupPolicyResponse><RequestId>[0-9A-F-]{36}<\/RequestId>/,
      );
      expect(text).toContain("<DataLevel1BackupRetentionPeriod>7</DataLevel1BackupRetentionPeriod>");
      expect(text).toMatch(/<AdvancedDataPolicies><AdvancedDataPolicy><PolicyId>[0-9a-f]{32}<\/PolicyId><SrcType>db</);
    }
    const refused = await client.v1("DescribeBackupPolicy", {}, { format: null });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(
      /<Error><Code>MissingParameter<\/Code><HostId>127.0.0.1:\d+<\/HostId><Message>The input/,
    );
    for (const format of ["json", "JSON"]) {
      expect((await client.v1("DescribeBackupPolicy", DESCRIBE, { format })).body).toHaveProperty("RequestId");
    }
  });
});

function addForm(request: RawRequest): void {
  request.headers["content-type"] = "application/x-www-form-urlencoded";
  request.body = "BackupFrequency=Normal";
}

describe.each(["v3", "v1"] as const)("The gateway of the PolarDB emulator, asked in %s,", (version) => {
  const windowMs = (version === "v3" ? 15 : 31) * MINUTE_MS;

  it("accepts timestamps up to the edge of the window and no further", async () => {
    const { client } = await fixture.start();
    const at = (offsetMs: number): RawCallOptions => ({
      timestamp: `${new Date(fixture.clock.now() + offsetMs).toISOString().slice(0, 19)}Z`,
    });
    for (const [offset, code] of [
      [windowMs, undefined],
      [-windowMs, undefined],
      [windowMs + 1000, "InvalidTimeStamp.Expired"],
      [-windowMs - 1000, "InvalidTimeStamp.Expired"],
    ] as const) {
      expect((await client[version]("DescribeBackupPolicy", DESCRIBE, at(offset))).code).toBe(code);
    }
  });

  it.each(["2026-01-05T12:00:00.000Z", "2026-01-05 12:00:00", "1767614400", "2026-13-05T12:00:00Z"])(
    "refuses the timestamp %s",
    async (timestamp) => {
      const { client } = await fixture.start();
      expect((await client[version]("DescribeBackupPolicy", DESCRIBE, { timestamp })).code).toBe("IllegalTimestamp");
    },
  );

  it("refuses a nonce of the same key as long as its timestamp is good, but not that of another key", async () => {
    const other = { accessKeyId: "LTAIother", accessKeySecret: "x" };
    const { client, emulator } = await fixture.start({ accessKeys: [KEY, other] });
    const call = (by: RawClient): Promise<unknown> =>
      by[version]("DescribeBackupPolicy", DESCRIBE, { nonce: "n" }).then(({ code }) => code);
    expect(await call(client)).toBeUndefined();
    await client[version]("DescribeBackupPolicy", DESCRIBE);
    expect(await call(client)).toBe("SignatureNonceUsed");
    expect(await call(new RawClient(emulator.url, other, fixture.clock))).toBeUndefined();
    fixture.clock.advance(windowMs + 1000);
    await client[version]("DescribeBackupPolicy", DESCRIBE);
    expect(await call(client)).toBeUndefined();
  });

  it("does not use up the nonce of a request whose signature is wrong", async () => {
    const { client } = await fixture.start();
    const nonce = "guessed";
    const forged = await client[version]("DescribeBackupPolicy", DESCRIBE, { nonce, accessKeySecret: "wrong" });
    expect(forged.code).toBe("SignatureDoesNotMatch");
    expect((await client[version]("DescribeBackupPolicy", DESCRIBE, { nonce })).status).toBe(200);
  });

  it("grants what RAM allows and details what it denies", async () => {
    const { client, emulator } = await fixture.start({ accessKeys: [{ ...KEY, allowedActions: ["Describe*"] }] });
    expect((await client[version]("DescribeBackupPolicy", DESCRIBE)).status).toBe(200);
    const denied = await client[version]("ModifyBackupPolicy", DESCRIBE);
    expect(denied).toMatchObject({ status: 403, code: "Forbidden.RAM" });
    expect(denied.body.AccessDeniedDetail).toMatchObject({
      AuthAction: "polardb:ModifyBackupPolicy",
      AuthPrincipalType: "SubUser",
      PolicyType: "AccountLevelIdentityBasedPolicy",
      NoPermissionType: "ImplicitDeny",
    });
    emulator.world.accessKey(KEY.accessKeyId).deniedCode = "NoPermission";
    emulator.world.accessKey(KEY.accessKeyId).allowedActions = ["polardb:ModifyBackupPolicy"];
    expect((await client[version]("ModifyBackupPolicy", DESCRIBE)).status).toBe(200);
    expect(await client[version]("DescribeBackupPolicy", DESCRIBE)).toMatchObject({
      status: 403,
      code: "NoPermission",
    });
  });

  it("checks in this order: key, timestamp, nonce, signature, token, version, action, rate, permission, parameters", async () => {
    const { client, emulator } = await fixture.start({
      accessKeys: [{ ...KEY, securityToken: "right", allowedActions: [] }],
      knobs: { ratePerSecond: 0.001 },
    });
    const nonce = "used";
    const good: RawCallOptions = { securityToken: "right" };
    // Uses up the nonce and the only token of the bucket.
    expect((await client[version]("DescribeBackupPolicy", {}, { ...good, nonce })).code).toBe("Forbidden.RAM");

    let wrong: RawCallOptions = {
      accessKeyId: "nobody",
      timestamp: "2020-01-01T00:00:00Z",
      nonce,
      accessKeySecret: "wrong",
      securityToken: "wrong",
      version: "2014-01-01",
    };
    let action = "NoSuchAction";
    const steps: readonly [code: string, repair: () => void][] = [
      [
        "InvalidAccessKeyId.NotFound",
        () => {
          wrong = { ...wrong, accessKeyId: KEY.accessKeyId };
        },
      ],
      [
        "InvalidTimeStamp.Expired",
        () => {
          wrong = without(wrong, "timestamp");
        },
      ],
      [
        "SignatureNonceUsed",
        () => {
          wrong = without(wrong, "nonce");
        },
      ],
      [
        "SignatureDoesNotMatch",
        () => {
          wrong = without(wrong, "accessKeySecret");
        },
      ],
      [
        "InvalidSecurityToken.Malformed",
        () => {
          wrong = { ...wrong, ...good };
        },
      ],
      [
        "InvalidVersion",
        () => {
          wrong = without(wrong, "version");
        },
      ],
      [
        "InvalidAction.NotFound",
        () => {
          action = "DescribeBackupPolicy";
        },
      ],
      [
        "Throttling.User",
        () => {
          emulator.world.knobs.ratePerSecond = 0;
        },
      ],
      [
        "Forbidden.RAM",
        () => {
          emulator.world.accessKey(KEY.accessKeyId).allowedActions = undefined;
        },
      ],
      ["MissingParameter", () => undefined],
    ];
    for (const [code, repair] of steps) {
      expect((await client[version](action, {}, wrong)).code).toBe(code);
      repair();
    }
  });

  it("refuses a key that was switched off", async () => {
    const { client, emulator } = await fixture.start();
    emulator.world.accessKey(KEY.accessKeyId).active = false;
    expect(await client[version]("DescribeBackupPolicy", DESCRIBE)).toMatchObject({
      status: 400,
      code: "InvalidAccessKeyId.Inactive",
    });
  });

  it("refuses a token with a key that is not temporary", async () => {
    const { client } = await fixture.start();
    const answer = await client[version]("DescribeBackupPolicy", DESCRIBE, { securityToken: "t" });
    expect(answer.code).toBe("InvalidSecurityToken.Malformed");
  });

  it.each(["DescribeBackups", "CreateBackup", "describebackuppolicy", "constructor", "__proto__"])(
    "does not know the action %s",
    async (action) => {
      const { client } = await fixture.start();
      expect(await client[version](action, DESCRIBE)).toMatchObject({ status: 404, code: "InvalidAction.NotFound" });
    },
  );

  it("refuses methods other than GET and POST", async () => {
    const { client } = await fixture.start();
    expect(await client[version]("DescribeBackupPolicy", DESCRIBE, { method: "PUT" })).toMatchObject({
      status: 403,
      code: "UnsupportedHTTPMethod",
    });
  });

  it("tolerates RegionId, account selectors and unknown parameters", async () => {
    const { client, settings } = await fixture.start();
    const extra = { RegionId: "cn-hangzhou", OwnerId: "1", OwnerAccount: "a", ResourceOwnerId: "2", Whatever: "" };
    const answer = await client[version]("ModifyBackupPolicy", {
      ...DESCRIBE,
      ...extra,
      PreferredBackupTime: "05:00Z-06:00Z",
    });
    expect(answer.status).toBe(200);
    expect(settings().data.PreferredBackupTime).toBe("05:00Z-06:00Z");
  });

  it("reads a plus sign in a query or form as a space", async () => {
    const { client, emulator } = await fixture.start();
    const tamper = (request: RawRequest): void => {
      request.target = request.target.replaceAll("%20", "+");
      request.body = request.body.replaceAll("%20", "+");
    };
    for (const asForm of [false, true]) {
      // The body of a V3 call is hashed as it is, so there only the query can be written in either way.
      if (asForm && version === "v3") continue;
      const answer = await client[version]("DescribeBackupPolicy", { ...DESCRIBE, Note: "a b+c" }, { tamper, asForm });
      expect(answer.status).toBe(200);
    }
    for (const call of emulator.journal.calls) expect(detailOf(call).parameters).toMatchObject({ Note: "a b+c" });
  });

  it("works on the real clock as on a virtual one", async () => {
    for (const clock of [realClock, new VirtualClock(0)]) {
      const { client } = await fixture.start({ clock });
      expect((await client[version]("DescribeBackupPolicy", DESCRIBE)).status).toBe(200);
    }
  });

  it("keeps secret, token and signature out of the journal and the state", async () => {
    const accessKeys = [{ ...KEY, securityToken: "the-token" }];
    const { client, emulator } = await fixture.start({ accessKeys });
    const signatures: string[] = [];
    const tamper = ({ target, body, headers }: RawRequest): void => {
      const found = /Signature=([^&,]+)$|[?&]Signature=([^&]+)/.exec(`${headers.authorization ?? ""}${target}${body}`);
      signatures.push(found?.[1] ?? found?.[2] ?? "");
    };
    for (const asForm of [false, true]) {
      await client[version]("ModifyBackupPolicy", DESCRIBE, { asForm, tamper });
      await client[version]("ModifyBackupPolicy", DESCRIBE, { asForm, tamper, accessKeySecret: "other-secret" });
    }
    for (const path of ["/__journal", "/__state"]) {
      const { text } = await client.send({ method: "GET", target: path, headers: {}, body: "" });
      expect(text).toContain(KEY.accessKeyId);
      for (const secret of [KEY.accessKeySecret, "other-secret", "the-token", ...signatures]) {
        expect(secret.length).toBeGreaterThan(3);
        expect(text).not.toContain(secret);
        expect(decodeURIComponent(text)).not.toContain(decodeURIComponent(secret));
      }
    }
    expect(emulator.journal.calls.map((call) => detailOf(call).code)).toEqual([
      null,
      "SignatureDoesNotMatch",
      null,
      "SignatureDoesNotMatch",
    ]);
  });
});

function without(options: RawCallOptions, name: keyof RawCallOptions): RawCallOptions {
  const { [name]: _dropped, ...rest } = options;
  return rest;
}

describe("What cannot be a request to the PolarDB emulator", () => {
  it("is answered, not dropped: a broken percent sequence, another path, no parameters", async () => {
    const { client } = await fixture.start();
    const send = (target: string) => client.send({ method: "GET", target, headers: {}, body: "" });
    expect((await send("/?Action=%zz&Format=JSON")).text).toContain("InvalidParameter");
    expect((await send("/")).text).toContain("IncompleteSignature");
    expect((await client.v3("DescribeBackupPolicy", DESCRIBE, { path: "/api" })).code).toBe("InvalidAction.NotFound");
  });
});
