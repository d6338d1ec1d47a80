import { polardbOptionsFromArgs } from "../emulators/polardb/args";

const NEEDED = ["--access-key", "AK", "--secret", "s3cr3t", "--clusters", "pc-1:MySQL:cn-hangzhou"];

function replaced(flag: string, value: string): string[] {
  const index = NEEDED.indexOf(flag);
  return index < 0 ? [...NEEDED, flag, value] : NEEDED.toSpliced(index + 1, 1, value);
}

describe("The command line of the PolarDB emulator", () => {
  it("needs a key, its secret and clusters, and has a port of its own", () => {
    expect(polardbOptionsFromArgs(NEEDED)).toEqual({
      port: 8080,
      accessKeys: [{ accessKeyId: "AK", accessKeySecret: "s3cr3t" }],
      clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
    });
  });

  it("takes everything at once", () => {
    const clusters = "pc-1:MySQL:cn-hangzhou,pc-2:PostgreSQL:cn-beijing, pc-3:Oracle:us-west-1";
    const optional = ["--port", "0", "--latency-ms", "20", "--rate", "0.5", "--security-token", "T"];
    expect(polardbOptionsFromArgs([...replaced("--clusters", clusters), ...optional])).toEqual({
      port: 0,
      accessKeys: [{ accessKeyId: "AK", accessKeySecret: "s3cr3t", securityToken: "T" }],
      clusters: [
        { id: "pc-1", engine: "MySQL", region: "cn-hangzhou" },
        { id: "pc-2", engine: "PostgreSQL", region: "cn-beijing" },
        { id: "pc-3", engine: "Oracle", region: "us-west-1" },
      ],
      latencyMs: 20,
      ratePerSecond: 0.5,
    });
  });

  it.each([
    ["--port", "65536", '--port "65536": must be a whole number from 0 to 65535'],
    ["--port", "http", '--port "http": must be a whole number'],
    ["--latency-ms", "1.5", '--latency-ms "1.5": must be whole milliseconds'],
    ["--rate", "0", '--rate "0": must be calls per second, more than 0'],
    ["--rate", "fast", '--rate "fast": must be calls per second'],
    ["--access-key", "", "--access-key: is missing or empty"],
    ["--secret", "", "--secret: is missing or empty"],
    ["--security-token", "", "--security-token: is missing or empty"],
    ["--clusters", "", "--clusters: is missing or empty"],
    ["--clusters", "pc-1", '--clusters "pc-1": must be <id>:<engine>:<region>'],
    ["--clusters", "pc-1:MySQL:cn-hangzhou:x", "must be <id>:<engine>:<region>"],
    ["--clusters", "pc-1:MySQL:cn-hangzhou,", '--clusters "": must be <id>:<engine>:<region>'],
    ["--clusters", "rm-1:MySQL:cn-hangzhou", '--clusters "rm-1": an id is pc- followed by'],
    ["--clusters", "pc-1:mysql:cn-hangzhou", '--clusters "mysql": the engine must be one of MySQL, PostgreSQL, Oracle'],
    ["--clusters", "pc-1:MySQL:hangzhou", '--clusters "hangzhou": must be a region id such as cn-hangzhou'],
    ["--clusters", "pc-1:MySQL:cn-hangzhou,pc-1:Oracle:cn-beijing", "--clusters: pc-1 is there twice"],
    ["--verbose", "yes", "--verbose"],
  ])("refuses %s %j", (flag, value, message) => {
    expect(() => polardbOptionsFromArgs(replaced(flag, value))).toThrow(message);
  });

  it.each(["--access-key", "--secret", "--clusters"])("refuses to start without %s", (flag) => {
    const index = NEEDED.indexOf(flag);
    expect(() => polardbOptionsFromArgs(NEEDED.toSpliced(index, 2))).toThrow(`${flag}: is missing`);
  });

  it("does not put secrets into its messages", () => {
    const wrong = [...replaced("--port", "x"), "--security-token", "t0ken"];
    expect(() => polardbOptionsFromArgs(wrong)).toThrow(expect.not.stringMatching(/s3cr3t|t0ken/));
  });
});
