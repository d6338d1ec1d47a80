import { createHash, randomBytes } from "node:crypto";
import { encryptHeader, foreignKey, type HeaderFields, lastByte, type TestRequest } from "./obshellClient";
import type { Replay } from "./obshellReplay";

/** The header fields and bodies that recorded requests carried, where the name of the exchange tells and the line does not. */
type Override = (replay: Replay) => Partial<TestRequest> | Promise<Partial<TestRequest>>;

/** With these the recorded ciphertext of auth/body-fixed-key-ok can be read. */
const FIXED_KEYS = Buffer.from("k".repeat(16) + "i".repeat(16));
const WRONG = { header: { Auth: "wrong" } };

const seconds = (replay: Replay, offset: number): string => String(Math.floor(replay.clock.now() / 1000) + offset);
const expired = (replay: Replay, more: HeaderFields = {}): Partial<TestRequest> => ({
  header: { Ts: seconds(replay, -100), ...more },
});
const withKeys =
  (bytes: number): Override =>
  () => ({ header: { Keys: randomBytes(bytes).toString("base64") } });
const asIs: Override = () => ({ bodyAsIs: true, keys: FIXED_KEYS });
const otherUri =
  (uri: string): Override =>
  () => ({ header: { Uri: uri } });

/** Keys that turn a one-block ciphertext into a block whose last byte can, or cannot, be padding. */
function withKeysFor(ciphertext: string, fits: (last: number) => boolean): Partial<TestRequest> {
  for (let attempt = 0; attempt < 100_000; attempt += 1) {
    const keys = createHash("sha256").update(`${ciphertext}${attempt}`).digest();
    if (fits(lastByte(ciphertext, keys))) return { bodyAsIs: true, keys };
  }
  throw new Error("no such keys");
}

const isPadding = (last: number): boolean => last >= 1 && last <= 15;
const isNoPadding = (last: number): boolean => last > 16;

export const OVERRIDES: Readonly<Record<string, Override>> = {
  "single/open-info-with-trace-id": () => ({ headers: { "X-OBSHELL-Trace-ID": "my-trace-1" } }),
  "single/auth-wrong-password-when-none-set": () => WRONG,
  "single/auth-expired-with-password": (replay) => expired(replay, { Auth: "some" }),
  "single/auth-expired-empty-password": (replay) => expired(replay, { Auth: "" }),
  "single/auth-agent-header-wrongpw": () => WRONG,
  "single/auth-uri-mismatch": otherUri("/api/v1/other"),
  "single/auth-uri-mismatch-with-password": () => ({ header: { Auth: "some", Uri: "/api/v1/other" } }),
  "single/auth-garbage-header": () => ({ headerValue: "abc!" }),
  "single/auth-ts-garbage-with-password": () => ({ header: { Auth: "some", Ts: "tomorrow" } }),
  "single/pw-set/agent-header-ok": () => ({ header: { Auth: "AgentPwd_1" } }),
  "single/pw-set/agent-header-wrong": () => WRONG,
  "single/pw-set/root-header-empty": () => ({ header: { Auth: "" } }),
  "single/pw-set/root-header-agent-password": () => ({ header: { Auth: "AgentPwd_1" } }),
  "single/pw-set/agent-header-expired": (replay) => expired(replay, { Auth: "AgentPwd_1" }),

  "auth/ok-get-no-keys": () => ({ header: { Keys: undefined } }),
  "auth/ok-piece-1": () => ({ pieceBytes: 1 }),
  "auth/ok-extra-json-keys": () => ({ header: { Extra: { a: [1] }, other: null } }),
  "auth/ok-ts-far-future": () => ({ header: { Ts: "99999999999" } }),
  "auth/ok-ts-milliseconds": (replay) => ({ header: { Ts: String(replay.clock.now()) } }),
  "auth/ts-minus-1": (replay) => ({ header: { Ts: seconds(replay, -1) } }),
  "auth/ts-expired": (replay) => expired(replay),
  "auth/ts-expired-and-wrong-password": (replay) => expired(replay, { Auth: "wrong" }),
  "auth/ts-number": (replay) => ({ header: { Ts: Number(seconds(replay, 60)) } }),
  "auth/ts-not-integer": () => ({ header: { Ts: "tomorrow" } }),
  "auth/ts-float-string": () => ({ header: { Ts: "1795347850.5" } }),
  "auth/ts-empty": () => ({ header: { Ts: "" } }),
  "auth/ts-missing": () => ({ header: { Ts: undefined } }),
  "auth/ts-null": () => ({ header: { Ts: null } }),
  "auth/password-wrong-get": () => WRONG,
  "auth/password-empty": () => ({ header: { Auth: "" } }),
  "auth/password-empty-expired": (replay) => expired(replay, { Auth: "" }),
  "auth/password-missing": () => ({ header: { Auth: undefined } }),
  "auth/password-null": () => ({ header: { Auth: null } }),
  "auth/uri-mismatch": otherUri("/api/v1/obcluster/backup/overview"),
  "auth/uri-with-host": otherUri("http://127.0.0.1:2886/api/v1/obcluster/backup/config"),
  "auth/uri-missing": () => ({ header: { Uri: undefined } }),
  "auth/uri-trailing-slash": otherUri("/api/v1/obcluster/backup/config/"),
  "auth/uri-percent-decoded": otherUri("/api/v1/tenant/mysql_tenant/parameters?filter=log_archive%"),
  "auth/uri-mismatch-and-wrong-password": () => ({ header: { Uri: "/other", Auth: "wrong" } }),
  "auth/uri-mismatch-on-open-route": otherUri("/other"),
  "auth/wrong-password-on-open-route": () => WRONG,
  "auth/header-garbage-128-bytes": () => ({ headerValue: Buffer.alloc(128, 7).toString("base64") }),
  "auth/header-garbage-100-bytes": () => ({ headerValue: Buffer.alloc(100, 7).toString("base64") }),
  "auth/header-not-json": () => ({ header: "hello" }),
  "auth/header-json-array": () => ({ header: "[]" }),
  "auth/header-json-null": () => ({ header: "null" }),
  "auth/header-json-empty-object": () => ({ header: "{}" }),
  "auth/header-stale-on-info": () => ({ headerValue: encryptHeader("{}", foreignKey(), 53) }),
  "auth/agent-header-wrong-password": () => WRONG,
  "auth/keys-missing-with-body": () => ({ header: { Keys: undefined } }),
  "auth/keys-null-with-body": () => ({ header: { Keys: null } }),
  "auth/keys-8-bytes": withKeys(8),
  "auth/keys-16-bytes": withKeys(16),
  "auth/keys-24-bytes": withKeys(24),
  "auth/keys-33-bytes": withKeys(33),
  "auth/keys-48-bytes": withKeys(48),
  "auth/keys-not-base64": () => ({ header: { Keys: "!!!" } }),
  "auth/keys-number": () => ({ header: { Keys: 5 } }),
  "auth/body-base64-urlsafe": asIs,
  "auth/body-fixed-key-ok": asIs,
  "auth/body-wrong-key-plausible-padding": () => withKeysFor("njxuiLpxrWZJVkbe6hi4uA==", isPadding),
  "auth/body-wrong-key-bad-padding": () => withKeysFor("ls7XFeFZ6AMUyPzTv3fzPQ==", isNoPadding),
  "auth/body-wrong-key-and-wrong-password": () => ({
    ...withKeysFor("aKPwYxFd1CxmxeqgPADnpg==", isPadding),
    ...WRONG,
  }),
  "auth/body-whitespace": asIs,
  "auth/text-plain-content-type": () => ({ headers: { "Content-Type": "text/plain;charset=UTF-8" } }),
  "auth/form-content-type": () => ({ headers: { "Content-Type": "application/x-www-form-urlencoded" } }),
  "auth/xml-content-type": () => ({ headers: { "Content-Type": "application/xml" } }),
  "auth/chunked-body": () => ({ chunked: true }),
  "auth/accept-language-zh": () => ({ headers: { "Accept-Language": "zh-CN" } }),
  "auth/accept-language-star": () => ({ headers: { "Accept-Language": "*" } }),
  "auth/accept-language-zh-password-wrong": () => ({ ...WRONG, headers: { "Accept-Language": "zh" } }),
  "auth/trace-id": () => ({ headers: { "X-OBSHELL-Trace-ID": "my-trace-2" } }),
  "auth/both-headers-agent-wins": (replay) => replay.bothHeaders("RootPwd_1", "RootPwd_1"),
  "auth/large-body-2MiB": () => ({
    body: JSON.stringify({ log_archive_concurrency: -1, padding: "x".repeat(2 * 1024 * 1024) }),
  }),
  "auth/large-header-1MiB": () => ({ headerValue: Buffer.alloc(768 * 1024, 7).toString("base64") }),
  "auth/replay-first": async (replay) => ({
    headerValue: await replay.remember("replay", "/api/v1/obcluster/backup/overview"),
  }),
  "auth/replay-second": (replay) => ({ headerValue: replay.recall("replay") }),
  "auth/header-name-lower-case": () => ({ headerName: "x-ocs-header" }),

  "tenant-config/locked/zh": () => ({ headers: { "Accept-Language": "zh-CN" } }),
  "params-write/put-refused-by-db-zh": () => ({ headers: { "Accept-Language": "zh-CN" } }),

  "session/login": () => ({ keys: FIXED_KEYS }),
  "session/login-wrong-password": () => WRONG,
  "session/login-short-keys": withKeys(24),
  "session/use": (replay) => ({ header: { Auth: undefined, session_id: replay.recall("session") } }),
  "session/use-bad-ts": (replay) => expired(replay, { Auth: undefined, session_id: replay.recall("session") }),
  "session/use-uri-mismatch": (replay) => ({ header: { Uri: "/other", session_id: replay.recall("session") } }),
  "session/use-invalid-session": () => ({ header: { Auth: undefined, session_id: "0".repeat(64) } }),
  "session/use-invalid-session-right-password": () => ({ header: { session_id: "0".repeat(64) } }),

  "agent-password/agent-header-empty": () => ({ header: { Auth: "" } }),
  "agent-password/root-header-agent-password": () => ({ header: { Auth: "AgentPwd_1" } }),
  "agent-password/both-agent-ok-root-bad": (replay) => replay.bothHeaders("AgentPwd_1", "wrong"),
  "agent-password/old-agent-password": () => ({ header: { Auth: "AgentPwd_1" } }),
  "root-password/new-password": () => ({ header: { Auth: "RootPwd_2" } }),
  "root-password/empty-password": () => ({ header: { Auth: "" } }),
  "root-password/empty-password-expired-ts": (replay) => expired(replay, { Auth: "" }),
  "root-password/empty-password-garbage-ts": () => ({ header: { Auth: "", Ts: "tomorrow" } }),
  "root-password/empty-password-no-ts": () => ({ header: { Auth: "", Ts: undefined } }),
  "root-password/empty-password-no-auth-field": () => ({ header: { Auth: undefined } }),
  "root-password/empty-password-uri-mismatch": () => ({ header: { Auth: "", Uri: "/other" } }),
  "root-password/empty-password-wrong-password": () => WRONG,
  "key/patch-with-old-public-key": (replay) => ({ headerValue: replay.recall("header for the old key") }),
  "db-down/wrong-password": () => WRONG,

  "unix-socket/with-garbage-header": () => ({ headerValue: "!" }),

  // The recorded number is one that exists there; what matters is the zero in front.
  "dag/get-id=1088": (replay) => ({ target: `/api/v1/task/dag/10${replay.newestDag()}` }),
};
