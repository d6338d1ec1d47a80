import type { CredentialsProvider } from "@alicloud/credentials";
import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { isPlainHttp } from "../core/plainHttp";
import type { CredentialSource, RoleSettings } from "./credentials";
import { lookUpProfile, type ProfileLookup } from "./profileSource";
import type { Credentials } from "./signer";
import { type FailedStep, NoCredentials, reasonOf } from "./vendorReasons";

type Package = typeof import("@alicloud/credentials");
type Environment = CallContext["environment"];

/** Keys that may change: the vendor's package renews temporary ones before they expire. */
export interface OpenSource {
  /** Throws `NoCredentials`, whatever went wrong. */
  keys(): Promise<Credentials>;
}

/** Longer than the package's own limits of one request: a sign-in of the CLI or a command of the user may take its time. */
const LONGEST_WAIT_MS = 90_000;
const SESSION_NAME = "pulumi-backup-policies";

/** Only now: a program with static keys never pays for the package. */
const load = (): Package => require("@alicloud/credentials") as Package;

/**
 * Opens a source with the vendor's package (`@alicloud/credentials` 2.4.7). Its own default chain is not used: it takes a provider
 * for the right one before that has succeeded, so that parallel first calls fail; it never recovers from a failure; it asks a credentials
 * URI that is not set; and its messages contain whole configuration files. The single providers of the package have none of
 * this but the last, which is why no message of theirs leaves this file.
 */
export async function openSource(source: CredentialSource, environment: Environment): Promise<OpenSource> {
  const provider = await providerOf(source, environment);
  return {
    keys: async () => {
      const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
      return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
    },
  };
}

async function providerOf(source: CredentialSource, environment: Environment): Promise<CredentialsProvider> {
  const { where } = source;
  switch (source.kind) {
    case "profile": {
      const lookup = await lookUpProfile(source, environment);
      if (lookup.found === "source") return providerOf(lookup.source, environment);
      if (lookup.found === "packageOnly") return packageProfile(lookup, where, environment);
      throw new NoCredentials([{ where, why: lookup.why }]);
    }
    case "machine":
      return machineProvider(source.file, environment);
    case "role": {
      const by = await providerOf(source.by, environment);
      return verified(where, environment, (vendor) =>
        withRole(
          vendor.RAMRoleARNCredentialsProvider.builder()
            .withCredentialsProvider(by)
            .withExternalId(source.role.externalId as string),
          source.role,
        ).build(),
      );
    }
    case "oidc":
      return verified(where, environment, (vendor) =>
        withRole(
          vendor.OIDCRoleArnCredentialsProvider.builder()
            .withOIDCProviderArn(source.providerArn)
            .withOIDCTokenFilePath(source.tokenFile),
          source.role,
        ).build(),
      );
    case "ecsRole":
      if (isMetadataOff(environment)) throw new NoCredentials([{ where, why: METADATA_OFF }]);
      return guarded(where, (vendor) =>
        vendor.ECSRAMRoleCredentialsProvider.builder()
          .withRoleName(source.name as string)
          .build(),
      );
    case "uri": {
      const make = (vendor: Package): CredentialsProvider =>
        vendor.URICredentialsProvider.builder().withCredentialsURI(source.uri).build();
      return isPlainHttp(source.uri) ? guarded(where, make) : verified(where, environment, make);
    }
    case "keys":
      return guarded(where, (vendor) => staticProvider(vendor, source.keys));
  }
}

/** What the machine has, the metadata service last: where there is none, it costs seconds to find out. */
async function machineProvider(file: string | undefined, environment: Environment): Promise<CredentialsProvider> {
  const lookup = await lookUpProfile({ file }, environment);
  if (lookup.found === "source") return providerOf(lookup.source, environment);
  if (lookup.found === "packageOnly") return packageProfile(lookup, "profiles", environment);
  const tried = { where: "profiles", why: lookup.why };
  if (lookup.found === "broken") throw new NoCredentials([tried]);
  const where = "instance metadata";
  if (isMetadataOff(environment)) throw new NoCredentials([tried, { where, why: METADATA_OFF }]);
  return guarded(where, (vendor) => vendor.ECSRAMRoleCredentialsProvider.builder().build(), [tried]);
}

function packageProfile(
  { name, isOverTls }: Extract<ProfileLookup, { found: "packageOnly" }>,
  where: string,
  environment: Environment,
): CredentialsProvider {
  const make = (vendor: Package): CredentialsProvider =>
    vendor.CLIProfileCredentialsProvider.builder().withProfileName(name).build();
  return isOverTls ? verified(where, environment, make) : guarded(where, make);
}

function staticProvider(
  vendor: Package,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
): CredentialsProvider {
  if (securityToken !== undefined) {
    return vendor.StaticSTSCredentialsProvider.builder()
      .withAccessKeyId(accessKeyId)
      .withAccessKeySecret(accessKeySecret)
      .withSecurityToken(securityToken)
      .build();
  }
  return vendor.StaticAKCredentialsProvider.builder()
    .withAccessKeyId(accessKeyId)
    .withAccessKeySecret(accessKeySecret)
    .build();
}

interface RoleBuilder<B> {
  withRoleArn(value: string): B;
  withRoleSessionName(value: string): B;
  withDurationSeconds(value: number): B;
  withPolicy(value: string): B;
  withStsEndpoint(value: string): B;
  withStsRegionId(value: string): B;
  withEnableVpc(value: boolean): B;
}

/** The package's types do not say so, but its builders take an absent value for "not set". */
function withRole<B extends RoleBuilder<B>>(builder: B, role: RoleSettings): B {
  return builder
    .withRoleArn(role.roleArn)
    .withRoleSessionName(role.roleSessionName ?? SESSION_NAME)
    .withDurationSeconds(role.roleSessionExpiration as number)
    .withPolicy(role.policy as string)
    .withStsEndpoint(role.sts.endpoint as string)
    .withStsRegionId(role.sts.region as string)
    .withEnableVpc(role.sts.isVpc);
}

/**
 * For keys that come over TLS. The package leaves it to Node whom to believe, which believes anybody while the variable is set, and
 * whoever stands between would get the keys that are sent and choose those that come back.
 */
function verified(
  where: string,
  environment: Environment,
  make: (vendor: Package) => CredentialsProvider,
): CredentialsProvider {
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    throw new ProviderError({
      kind: "Unauthenticated",
      problem: `keys from ${where} are not fetched while NODE_TLS_REJECT_UNAUTHORIZED=0 is set: @alicloud/credentials would follow it and believe whoever answers`,
      advice:
        "Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment of the Pulumi command. For an authority of your own, name a PEM file with its certificate in NODE_EXTRA_CA_CERTS.",
    });
  }
  return guarded(where, make);
}

/** Bounds the wait, and turns whatever the package throws, also while it is set up, into words of ours. */
function guarded(
  where: string,
  make: (vendor: Package) => CredentialsProvider,
  triedBefore: readonly FailedStep[] = [],
): CredentialsProvider {
  const failed = (why: string): NoCredentials => new NoCredentials([...triedBefore, { where, why }]);
  const shown = (error: unknown): NoCredentials => (error instanceof NoCredentials ? error : failed(reasonOf(error)));
  let provider: CredentialsProvider;
  try {
    provider = make(load());
  } catch (error) {
    throw shown(error);
  }
  return {
    getProviderName: () => provider.getProviderName(),
    getCredentials: async () => {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_resolve, reject) => {
        const late = failed(`no answer within ${LONGEST_WAIT_MS / 1_000} s`);
        timer = setTimeout(() => reject(late), LONGEST_WAIT_MS);
      });
      try {
        return await Promise.race([provider.getCredentials(), tooLate]);
      } catch (error) {
        throw shown(error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const METADATA_OFF = "switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED";

function isMetadataOff(environment: Environment): boolean {
  return environment.ALIBABA_CLOUD_ECS_METADATA_DISABLED?.trim().toLowerCase() === "true";
}
