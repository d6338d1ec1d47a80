import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CallContext } from "../core/lifecycle";
import type { CredentialSource, RoleSettings } from "./credentials";
import { BadProfileFile, type Profile, type ProfileFile, parseProfileFile } from "./profiles";

/** A profile that leads to keys, or to a source that does; or why there is none. */
export type ProfileLookup =
  | { readonly found: "source"; readonly source: CredentialSource }
  /** A kind that only the vendor's package can follow: it signs in, runs a command, or writes the file. */
  | { readonly found: "packageOnly"; readonly name: string; readonly isOverTls: boolean }
  /** Nothing there: another source may be looked at. */
  | { readonly found: "nothing"; readonly why: string }
  /** Something is there and cannot be used. Going on could end at keys of another account. */
  | { readonly found: "broken"; readonly why: string };

const PACKAGE_ONLY: ReadonlySet<string> = new Set(["CloudSSO", "OAuth", "External"]);

interface Request {
  /** Absent: the one that is current in the file. */
  readonly name?: string;
  /** Absent: the places of the CLI and of the SDKs in the home directory. */
  readonly file?: string;
}

/** Looks through the files in turn. Names files and profiles, never what is in them. */
export async function lookUpProfile(
  { name, file }: Request,
  environment: CallContext["environment"],
): Promise<ProfileLookup> {
  const missing: string[] = [];
  for (const { place, isDefault } of filesOf(file, environment)) {
    const content = await readFile(place, "utf8").catch((error: NodeJS.ErrnoException) => error);
    if (typeof content !== "string") {
      if (content.code !== "ENOENT") return { found: "broken", why: `${place} cannot be read (${content.code})` };
      missing.push(`there is no file ${place}`);
      continue;
    }
    const lookup = inContent(content, place, name, isDefault);
    if (lookup.found !== "nothing") return lookup;
    missing.push(lookup.why);
  }
  if (missing.length === 0) missing.push("no home directory is known to look for profiles");
  return { found: "nothing", why: missing.join(", ") };
}

function inContent(content: string, place: string, name: string | undefined, isDefault: boolean): ProfileLookup {
  let parsed: ProfileFile;
  try {
    parsed = parseProfileFile(content);
  } catch (error) {
    if (!(error instanceof BadProfileFile)) throw error;
    return { found: "broken", why: `${place} ${error.message}` };
  }
  return follow(parsed, place, name ?? parsed.current, isDefault, []);
}

function follow(
  file: ProfileFile,
  place: string,
  name: string,
  isDefault: boolean,
  seen: readonly string[],
): ProfileLookup {
  const profile = file.profiles.find((candidate) => candidate.name === name);
  const title = `profile ${JSON.stringify(name)} of ${place}`;
  if (!profile) return { found: "nothing", why: `${place} has no profile ${JSON.stringify(name)}` };
  if (PACKAGE_ONLY.has(profile.mode)) {
    if (isDefault && seen.length === 0) return { found: "packageOnly", name, isOverTls: profile.mode !== "External" };
    return {
      found: "broken",
      why: `${title} is of mode ${profile.mode}, which works only in ~/.aliyun/config.json and by itself`,
    };
  }
  const reader = new ProfileReader(profile, title);
  if (profile.mode === "ChainableRamRoleArn") {
    const next = reader.need("source_profile");
    if (next === undefined || [...seen, name].includes(next)) {
      return { found: "broken", why: `${title} names no source_profile that leads to keys` };
    }
    const by = follow(file, place, next, isDefault, [...seen, name]);
    if (by.found !== "source") return by.found === "nothing" ? { found: "broken", why: by.why } : by;
    return reader.result({ kind: "role", role: reader.role(), by: by.source, where: title });
  }
  const source = basicSource(profile, reader, title);
  if (!source) return { found: "broken", why: `${title} is of a mode that is not known` };
  // `aliyun configure` leaves a profile without keys behind; that is as good as none.
  if (profile.mode === "AK" && !profile.values.access_key_id && !profile.values.access_key_secret) {
    return { found: "nothing", why: `${title} has no keys` };
  }
  return reader.result(source);
}

function basicSource({ mode, values }: Profile, reader: ProfileReader, where: string): CredentialSource | undefined {
  switch (mode) {
    case "AK":
      return { kind: "keys", keys: reader.keys(), where };
    case "StsToken":
      return { kind: "keys", keys: { ...reader.keys(), securityToken: reader.need("sts_token") }, where };
    case "RamRoleArn":
      return { kind: "role", role: reader.role(), by: { kind: "keys", keys: reader.keys(), where }, where };
    case "EcsRamRole":
      return { kind: "ecsRole", name: values.ram_role_name, where };
    case "OIDC":
      return {
        kind: "oidc",
        role: reader.role(),
        providerArn: reader.need("oidc_provider_arn") ?? "",
        tokenFile: reader.need("oidc_token_file") ?? "",
        where,
      };
    default:
      return undefined;
  }
}

/** Remembers which fields are missing, so that a message can name them all. */
class ProfileReader {
  private readonly missing: string[] = [];

  constructor(
    private readonly profile: Profile,
    private readonly title: string,
  ) {}

  need(name: string): string | undefined {
    const value = this.profile.values[name];
    if (value === undefined) this.missing.push(name);
    return value;
  }

  keys(): { accessKeyId: string; accessKeySecret: string } {
    return { accessKeyId: this.need("access_key_id") ?? "", accessKeySecret: this.need("access_key_secret") ?? "" };
  }

  role(): RoleSettings {
    const { values } = this.profile;
    const seconds = Number(values.expired_seconds ?? values.duration_seconds);
    return {
      roleArn: this.need("ram_role_arn") ?? "",
      roleSessionName: values.ram_session_name,
      roleSessionExpiration: seconds >= 900 ? seconds : undefined,
      externalId: values.external_id,
      policy: values.policy,
      sts: { endpoint: values.sts_endpoint, region: values.sts_region, isVpc: values.enable_vpc === "true" },
    };
  }

  result(source: CredentialSource): ProfileLookup {
    if (this.missing.length === 0) return { found: "source", source };
    return { found: "broken", why: `${this.title} lacks ${[...new Set(this.missing)].join(", ")}` };
  }
}

function filesOf(
  file: string | undefined,
  environment: CallContext["environment"],
): { readonly place: string; readonly isDefault: boolean }[] {
  // Of the given environment and not of the operating system, so that it decides alone where keys come from.
  const home = environment.HOME ?? environment.USERPROFILE;
  if (file !== undefined) return [{ place: home ? file.replace(/^~(?=[/\\])/, home) : file, isDefault: false }];
  if (!home) return [];
  const isCliOff = environment.ALIBABA_CLOUD_CLI_PROFILE_DISABLED?.toLowerCase() === "true";
  return [
    ...(isCliOff ? [] : [{ place: path.join(home, ".aliyun", "config.json"), isDefault: true }]),
    { place: path.join(home, ".alibabacloud", "credentials"), isDefault: false },
  ];
}
