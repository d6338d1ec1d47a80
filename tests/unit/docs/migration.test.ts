import { PROPERTIES } from "../../../provider/polardb/backupPolicy.schema";
import { blocksOf, tableBelow } from "./markdown";

const PAGE = "docs/migrating-from-alicloud.md";

const ROWS = tableBelow(PAGE, "## Fields").map((cells) => cells.map((cell) => cell.replaceAll("`", "")));

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

const isLog = (name: string): boolean => name.startsWith("log_") || name === "enable_backup_log";

describe("The guide to migrating", () => {
  it("maps names to properties that exist, for Terraform and for its bridge, which puts lists into the plural", () => {
    expect(ROWS.length).toBe(18);
    for (const [terraform = "", bridge = "", ours = ""] of ROWS) {
      expect(bridge).toBe(`${camelCase(terraform)}${/^(preferred|data_.*)_backup_period$/.test(terraform) ? "s" : ""}`);
      if (terraform === "backup_retention_period") expect(ours).toBe("dataLevel1BackupRetentionPeriod");
      else if (terraform !== "enable_backup_log") expect(ours).toBe(camelCase(terraform));
      if (!isLog(terraform)) expect(PROPERTIES).toContain(ours);
    }
  });

  it("translates its configuration by that map", () => {
    const [hcl, ...others] = blocksOf(PAGE).filter(({ language }) => language === "hcl");
    const programs = blocksOf(PAGE).filter(({ language, text }) => language === "ts" && text.includes("new polardb."));
    const [data = "", logs = ""] = programs.map(({ text }) => text);
    const settings = [...(hcl?.text ?? "").matchAll(/^ {2}(\w+) += (.+)$/gm)];
    expect([settings.length, others.length]).toEqual([12, 1]);
    for (const [, name = "", value = ""] of settings.slice(1)) {
      const [, , ours] = ROWS.find(([terraform]) => terraform === name) ?? [];
      const written = name === "backup_retention_period" ? JSON.parse(value) : value;
      expect(isLog(name) ? logs : data).toContain(`  ${ours}: ${written},\n`);
    }
  });
});
