/** How a release tells failures: `errCode`, with `code` for two families only, or `code` alone. */
export type ErrorStyle = "dotted" | "numbered";

/** What differs between obshell releases, as data. A further release is a further row. */
export interface Profile {
  readonly name: string;
  /** As `/info` shows it: since 4.5 always with a release suffix. */
  readonly version: string;
  /** Null: `/info` does not say it yet, and a client has to go by the version. */
  readonly supportedAuth: readonly string[] | null;
  /** Length of the RSA key that this release creates. */
  readonly keyBits: 512 | 1024;
  readonly errors: ErrorStyle;
  /** Whether a request without a body counts as one with `{}`. */
  readonly padsEmptyBodies: boolean;
  /** Whether PATCH backup/log takes SUSPEND. */
  readonly canSuspend: boolean;
  /** `X-OCS-Agent-Header`, and `security` in `/info`. */
  readonly hasAgentPassword: boolean;
  /** `maintenance_type` and `maintenance_key` in DAGs. */
  readonly showsMaintenance: boolean;
  /** Answers every path outside the API with a page; without one they are unknown routes. */
  readonly hasWebUi: boolean;
  /** Route patterns, with their method, that this release does not have. */
  readonly withoutRoutes: readonly string[];
}

/** Login sessions came with 4.4.0, tokens for them with 4.4.2. */
const SESSIONS = ["POST /api/v1/login", "POST /api/v1/logout", "POST /api/v1/sso/token", "GET /api/v1/sso/exchange"];

/** Until 4.3.2 nothing but the overview could be read of a tenant's backup. */
const BACKUP_READS = ["config/storage", "info", "tasks", "log/tasks"].map(
  (path) => `GET /api/v1/tenant/{name}/backup/${path}`,
);

/** What the dashboard of 4.3.0 brought, and the agent password of 4.2.6. */
const SINCE_4_2_6 = [
  "POST /api/v1/agent/password",
  "GET /api/v1/obcluster/info",
  "GET /api/v1/obcluster/parameters",
  "PATCH /api/v1/obcluster/parameters",
  "GET /api/v1/task/dags/ob",
  "GET /api/v1/task/dags/agent",
];

const V4_5: Profile = {
  name: "4.5",
  version: "4.5.0.0-0",
  supportedAuth: ["v2"],
  keyBits: 1024,
  errors: "dotted",
  padsEmptyBodies: true,
  canSuspend: true,
  hasAgentPassword: true,
  showsMaintenance: true,
  hasWebUi: true,
  withoutRoutes: [],
};

const V4_3_2: Profile = { ...V4_5, name: "4.3.2", version: "4.3.2.0", keyBits: 512, withoutRoutes: SESSIONS };

const V4_3_1: Profile = {
  ...V4_3_2,
  name: "4.3.1",
  version: "4.3.1.0",
  canSuspend: false,
  withoutRoutes: [...SESSIONS, ...BACKUP_READS],
};

const V4_2_4: Profile = {
  ...V4_3_1,
  name: "4.2.4",
  version: "4.2.4.0",
  supportedAuth: null,
  errors: "numbered",
  padsEmptyBodies: false,
  hasAgentPassword: false,
  showsMaintenance: false,
  hasWebUi: false,
  withoutRoutes: [...SESSIONS, ...BACKUP_READS, ...SINCE_4_2_6],
};

export const PROFILES: Readonly<Record<string, Profile>> = Object.fromEntries(
  [V4_5, V4_3_2, V4_3_1, V4_2_4].map((profile) => [profile.name, profile]),
);

export const DEFAULT_PROFILE = "4.5";

export function profileNamed(name: string): Profile {
  const profile = PROFILES[name];
  if (!profile) {
    throw new Error(`unknown obshell profile ${JSON.stringify(name)}; known: ${Object.keys(PROFILES).join(", ")}`);
  }
  return profile;
}
