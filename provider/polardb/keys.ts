import { createHash } from "node:crypto";
import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { warnOfPlainHttp } from "../core/plainHttp";
import { type ConnectionInputs, type CredentialSource, findSource } from "./credentials";
import type { Credentials } from "./signer";
import { type OpenSource, openSource } from "./vendorCredentials";
import { NoCredentials } from "./vendorReasons";

/** The keys of one resource at any moment. */
export interface KeySource {
  keys(): Promise<Credentials>;
  /** Others, after the service has called these expired. Fails where there are none. */
  renew(expired: Credentials): Promise<Credentials>;
}

/** Finds out where keys come from, without any I/O: what is set wrongly fails before anything is sent. */
export function resolveKeys(inputs: ConnectionInputs, context: CallContext): KeySource {
  const source = findSource(inputs, context);
  if (source.kind === "keys") {
    return { keys: async () => source.keys, renew: async () => Promise.reject(cannotRenew(source.where)) };
  }
  if (source.kind === "uri") {
    // Without the address, which may hold a token.
    const warning = `${source.where} is plain HTTP: the keys themselves come over the network in the clear. Use https://.`;
    warnOfPlainHttp(source.uri, warning, context);
  }
  const renewing = context.shared.get(
    `polardb keys ${fingerprint(source)}`,
    () => new RenewingKeys(() => openSource(source, context.environment)),
  );
  const known = async (run: () => Promise<Credentials>): Promise<Credentials> => {
    try {
      const keys = await run();
      context.redactor.add(keys.accessKeySecret);
      context.redactor.add(keys.securityToken);
      return keys;
    } catch (error) {
      throw error instanceof NoCredentials ? failure(source, error) : error;
    }
  };
  return {
    keys: () => known(() => renewing.keys()),
    renew: async (expired) => {
      const keys = await known(() => renewing.renew(expired));
      if (keys.securityToken === expired.securityToken) throw cannotRenew(source.where);
      return keys;
    },
  };
}

/**
 * Keys that several resources use at a time. Whoever asks while an answer is under way gets that one: the vendor's package would ask once
 * for each. After a failure everything is opened anew, because the package does not recover.
 */
export class RenewingKeys {
  private opened: OpenSource | undefined;
  private underWay: Promise<Credentials> | undefined;
  private renewal: Promise<Credentials> | undefined;

  constructor(private readonly open: () => Promise<OpenSource>) {}

  keys(): Promise<Credentials> {
    this.underWay ??= this.ask().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  renew(expired: Credentials): Promise<Credentials> {
    this.renewal ??= this.replace(expired).finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async replace(expired: Credentials): Promise<Credentials> {
    const present = await this.keys();
    // Somebody else has done it since the expired ones went out.
    if (present.securityToken !== expired.securityToken) return present;
    this.opened = undefined;
    return this.keys();
  }

  private async ask(): Promise<Credentials> {
    try {
      this.opened ??= await this.open();
      return await this.opened.keys();
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }
}

function failure(source: CredentialSource, { steps }: NoCredentials): ProviderError {
  const tried = steps.map(({ where, why }) => `${where}: ${why}`).join("; ");
  if (source.kind === "machine") {
    return new ProviderError({
      kind: "Unauthenticated",
      problem: "no Alibaba Cloud credential is set",
      advice: `Looked at: ${source.lookedAt}; ${tried}.`,
    });
  }
  return new ProviderError({
    kind: "Unauthenticated",
    problem: `no keys from ${source.where}`,
    advice: `Tried: ${tried}.`,
  });
}

function cannotRenew(where: string): ProviderError {
  return new ProviderError({
    kind: "Unauthenticated",
    problem: `the security token has expired, and ${where} has no other one`,
    vendorCode: "InvalidSecurityToken.Expired",
    advice: "Get a new token and set it there, or use a source that renews its keys, such as a profile or a role.",
  });
}

/** One entry per set of settings. A hash, because settings hold keys. */
function fingerprint(source: CredentialSource): string {
  return createHash("sha256").update(JSON.stringify(source)).digest("hex");
}
