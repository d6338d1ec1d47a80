import { polardbOptionsFromArgs } from "../emulators/polardb/args";
import { polardbHelp } from "../emulators/polardb/flags";
import { DEFAULT_KNOBS, DEFAULT_SWITCHES, SWITCH_VALUES } from "../emulators/polardb/switches";
import { PolardbFixture } from "./support/polardbFixture";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const NEEDED = ["--access-key", "AK", "--secret", "s3cr3t", "--clusters", "pc-1:MySQL:cn-hangzhou"];

function replaced(flag: string, value: string): string[] {
  const index = NEEDED.indexOf(flag);
  return index < 0 ? [...NEEDED, flag, value] : NEEDED.toSpliced(index + 1, 1, value);
}

function refusalOf(argv: readonly string[]): string {
  try {
    polardbOptionsFromArgs(argv);
    return "";
  } catch (error) {
    return String(error);
  }
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
    ["--switch", "echoMidnight", '--switch "echoMidnight": must be name=value'],
    ["--switch", "echoMidnight=", '--switch "echoMidnight=": must be name=value'],
    ["--switch", "midnight=24:00", '--switch "midnight=24:00": there is no midnight; there are crossRegionMatrix, '],
    ["--switch", "toString=1", "there is no toString"],
    ["--switch", "echoMidnight=25:00", '--switch "echoMidnight=25:00": the value must be one of 24:00, 00:00'],
    ["--switch", "level2DaysWithinLevel1=yes", "the value must be one of false, true"],
    ["--knob", "burst", '--knob "burst": must be name=value'],
    ["--knob", "patience=1", '--knob "patience=1": there is no patience; there are visibilityDelayMs, '],
    ["--knob", "burst=-1", '--knob "burst=-1": the value must be a number from 0 to 999999999'],
    ["--knob", "visibilityDelayMs=5s", "the value must be a number"],
    ["--knob", "visibilityDelayMs=1e3", "the value must be a number"],
  ])("refuses %s %j", (flag, value, message) => {
    expect(() => polardbOptionsFromArgs(replaced(flag, value))).toThrow(message);
  });

  it.each(["--access-key", "--secret", "--clusters"])("refuses to start without %s", (flag) => {
    const index = NEEDED.indexOf(flag);
    expect(() => polardbOptionsFromArgs(NEEDED.toSpliced(index, 2))).toThrow(`${flag}: is missing`);
  });

  it("does not put secrets into its messages", () => {
    const wrong = [...replaced("--port", "x"), "--security-token", "t0ken"];
    expect(refusalOf(wrong)).not.toMatch(/^$|s3cr3t|t0ken/);
  });
});

describe("Switches and knobs on the command line of the PolarDB emulator", () => {
  const SWITCHES = Object.entries(SWITCH_VALUES).flatMap(([name, values]) => values.map((value) => ({ name, value })));

  it.each(SWITCHES)("take $name=$value", ({ name, value }) => {
    expect(polardbOptionsFromArgs([...NEEDED, "--switch", `${name}=${value}`]).switches).toEqual({ [name]: value });
  });

  it.each(Object.entries(DEFAULT_KNOBS))("take the knob %s=%s", (name, value) => {
    expect(polardbOptionsFromArgs([...NEEDED, "--knob", `${name}=${value}`]).knobs).toEqual({ [name]: value });
  });

  it("may be several, and reach the emulator", async () => {
    const argv = [
      ...["--switch", "echoMidnight=00:00", "--switch", "maximumLevel1Retention=30"],
      ...["--knob", "ratePerSecond=0.5", "--knob", "busyStatus=RoleSwitching"],
    ];
    const { switches = {}, knobs = {} } = polardbOptionsFromArgs([...NEEDED, ...argv]);
    const { emulator } = await fixture.start({ switches, knobs });
    expect(emulator.world.switches).toEqual({
      ...DEFAULT_SWITCHES,
      echoMidnight: "00:00",
      maximumLevel1Retention: 30,
    });
    expect(emulator.world.knobs).toEqual({ ...DEFAULT_KNOBS, ratePerSecond: 0.5, busyStatus: "RoleSwitching" });
  });
});

describe("The help of the PolarDB emulator", () => {
  const help = polardbHelp();

  it("names every flag that is needed in a line that works", () => {
    const [line = ""] = help.split("\n");
    expect(polardbOptionsFromArgs(line.split(" -- polardb ")[1]?.split(" ") ?? [])).toMatchObject({ port: 8080 });
  });

  it("offers no switch or knob that the command line refuses, and all that there are", () => {
    const offered = [...help.matchAll(/^ {2}--(switch|knob) (\w+)=(.+)$/gm)];
    expect(offered).toHaveLength(Object.keys(SWITCH_VALUES).length + Object.keys(DEFAULT_KNOBS).length);
    for (const [, flag, name, values] of offered) {
      for (const value of values?.split("|") ?? []) {
        expect(() => polardbOptionsFromArgs([...NEEDED, `--${flag}`, `${name}=${value}`])).not.toThrow();
      }
    }
  });

  it("lists the flags that are parsed and no others", () => {
    const listed = [...help.matchAll(/^ {2}--([\w-]+) {2,}/gm)].map(([, name]) => name);
    for (const name of listed) {
      // A flag that nobody parses is refused for its name, a known one for its value at most.
      expect(refusalOf([...NEEDED, `--${name}`, ""])).not.toMatch(/^$|unknown/i);
    }
    expect(listed).toHaveLength(9);
  });
});
