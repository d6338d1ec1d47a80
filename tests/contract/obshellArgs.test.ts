import { startObshell } from "../emulators/obshell";
import { OBSHELL_FLAGS, obshellOptionsFromArgs } from "../emulators/obshell/args";

describe("command line of the obshell emulator", () => {
  it("has defaults for everything", () => {
    expect(obshellOptionsFromArgs([])).toEqual({ port: 2886, password: "", tenants: [], profile: "4.5" });
  });

  it("takes every flag", () => {
    const line =
      "--port 12886 --agents 3 --unix-socket /run/o.sock --password PW --tenants mysql_tenant:1002,t2:1004 --profile 4.5 --key-bits 512 --agent-password AP --tick-ms 50 --latency-ms 0 --old-tasks 9 --clock-skew-ms=-500";
    expect(obshellOptionsFromArgs(line.split(" "))).toEqual({
      port: 12886,
      agents: 3,
      unixSocket: "/run/o.sock",
      password: "PW",
      tenants: [
        { name: "mysql_tenant", id: 1002 },
        { name: "t2", id: 1004 },
      ],
      profile: "4.5",
      keyBits: 512,
      agentPassword: "AP",
      tickMs: 50,
      latencyMs: 0,
      oldTasks: 9,
      clockSkewMs: -500,
    });
  });

  it("tells the flags that it takes, and no others", () => {
    const told = [...OBSHELL_FLAGS.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag);
    const taken = told.filter((flag) => {
      try {
        obshellOptionsFromArgs([`--${flag}=1`]);
        return true;
      } catch (error) {
        return !String(error).includes("Unknown option");
      }
    });
    expect(taken).toEqual(told);
    expect(told).toHaveLength(12);
  });

  it("takes the key size from the release unless told otherwise", async () => {
    const emulator = await startObshell({ ...obshellOptionsFromArgs(["--profile", "4.2.4"]), port: 0 });
    const other = await startObshell({
      ...obshellOptionsFromArgs(["--profile", "4.3.1", "--key-bits", "1024"]),
      port: 0,
    });
    expect([emulator.agent.key.bits, other.agent.key.bits]).toEqual([512, 1024]);
    await Promise.all([emulator.close(), other.close()]);
  });

  it.each([
    ["--port 65536", '--port "65536": must be a whole number from 0 to 65535'],
    ["--agents 0", '--agents "0": must be a whole number from 1 to 100'],
    ["--port 65534 --agents 3", '--agents "3": must be a whole number from 1 to 2'],
    ["--port 28.86", '--port "28.86": must be a whole number from 0 to 65535'],
    ["--tick-ms 0", '--tick-ms "0": must be a whole number from 1 to 3600000'],
    ["--latency-ms fast", '--latency-ms "fast": must be a whole number from 0 to 3600000'],
    ["--key-bits 2048", '--key-bits "2048": must be 512 or 1024'],
    ["--profile 9.9", '--profile "9.9": unknown obshell profile "9.9"; known: 4.5, 4.3.2, 4.3.1, 4.2.4'],
    ["--tenants t1", '--tenants "t1": must be name:id with an id above 1000, as in mysql_tenant:1002'],
    ["--tenants sys:1", '--tenants "sys:1": must be name:id with an id above 1000, as in mysql_tenant:1002'],
    ["--tenants t1:1002,t2:1002", '--tenants "t2:1002": name and id must be unique'],
    ["--pasword PW", "--pasword"],
    ["extra", "extra"],
  ])("refuses %s", (line, message) => {
    expect(() => obshellOptionsFromArgs(line.split(" "))).toThrow(message);
  });
});

describe("starting the obshell emulator", () => {
  it("refuses a release it does not know", async () => {
    await expect(startObshell({ profile: "4.2" })).rejects.toThrow(
      'unknown obshell profile "4.2"; known: 4.5, 4.3.2, 4.3.1, 4.2.4',
    );
  });
});
