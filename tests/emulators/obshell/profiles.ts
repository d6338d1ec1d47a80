/** What differs between obshell releases, as data (sheet 12). A further release is a further row. */
export interface Profile {
  readonly name: string;
  /** As `/info` shows it: since 4.5 always with a release suffix (sheet 15, row 5). */
  readonly version: string;
  readonly supportedAuth: readonly string[];
  /** Length of the RSA key that this release creates. */
  readonly keyBits: 512 | 1024;
  /** Route patterns, with their method, that this release does not have. */
  readonly withoutRoutes: readonly string[];
}

export const PROFILES: Readonly<Record<string, Profile>> = {
  "4.5": {
    name: "4.5",
    version: "4.5.0.0-0",
    supportedAuth: ["v2"],
    keyBits: 1024,
    withoutRoutes: [],
  },
};

export const DEFAULT_PROFILE = "4.5";

export function profileNamed(name: string): Profile {
  const profile = PROFILES[name];
  if (!profile) {
    throw new Error(`unknown obshell profile ${JSON.stringify(name)}; known: ${Object.keys(PROFILES).join(", ")}`);
  }
  return profile;
}
