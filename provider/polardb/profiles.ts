import { own } from "../core/bag";

/** One profile of a file of the Alibaba Cloud CLI or of the SDKs, under the names of the CLI. */
export interface Profile {
  readonly name: string;
  /** `AK`, `StsToken`, `RamRoleArn`, `EcsRamRole`, `OIDC`, `ChainableRamRoleArn`, and others of the CLI. */
  readonly mode: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Profiles of one file. */
export interface ProfileFile {
  /** The one that counts where none is asked for. */
  readonly current: string;
  readonly profiles: readonly Profile[];
}

/** What is wrong with a file, in words of our own: a parser's message would show the file's content, keys included. */
export class BadProfileFile extends Error {}

/** `~/.aliyun/config.json` of the CLI and `~/.alibabacloud/credentials` of the SDKs are told apart by what is in them. */
export function parseProfileFile(content: string): ProfileFile {
  return content.trimStart().startsWith("{") ? parseCliConfig(content) : parseIni(content);
}

function parseCliConfig(content: string): ProfileFile {
  const config = asRecord(parseJson(content));
  if (!Array.isArray(config.profiles)) throw new BadProfileFile("has no list of profiles");
  const profiles = config.profiles.map((item: unknown) => {
    const values = Object.fromEntries(
      Object.entries(asRecord(item))
        .filter(([, value]) => typeof value !== "object" && value !== "")
        .map(([name, value]) => [name, String(value)]),
    );
    return { name: values.name ?? "", mode: values.mode ?? "", values };
  });
  return { current: typeof config.current === "string" ? config.current : "default", profiles };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    throw new BadProfileFile("is not valid JSON");
  }
}

/** The types of the SDKs' file, and the CLI's names for them and for their fields. */
const INI_MODES: Readonly<Record<string, string>> = {
  access_key: "AK",
  sts: "StsToken",
  ecs_ram_role: "EcsRamRole",
  ram_role_arn: "RamRoleArn",
  oidc_role_arn: "OIDC",
};

const INI_NAMES: Readonly<Record<string, string>> = {
  security_token: "sts_token",
  role_name: "ram_role_name",
  role_arn: "ram_role_arn",
  role_session_name: "ram_session_name",
  oidc_token_file_path: "oidc_token_file",
};

function parseIni(content: string): ProfileFile {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  for (const line of content.split(/\r?\n/).map((text) => text.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const header = /^\[(.+)\]$/.exec(line);
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (header) {
      section = sections.get(header[1] as string) ?? {};
      sections.set(header[1] as string, section);
    } else if (section && name !== undefined && value !== undefined) {
      if (value !== "") section[own(INI_NAMES, name) ?? name] = value.replace(/^(["'])(.*)\1$/, "$2");
    } else throw new BadProfileFile("is neither JSON nor sections of name = value");
  }
  const profiles = [...sections].map(([name, values]) => ({
    name,
    mode: own(INI_MODES, values.type ?? "") ?? values.type ?? "",
    values,
  }));
  return { current: "default", profiles };
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BadProfileFile("is not a configuration of the Alibaba Cloud CLI");
}
