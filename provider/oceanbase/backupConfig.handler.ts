import type { Bag } from "../core/bag";
import { type CheckedInputs, checkInputs } from "../core/checkInputs";
import { durationMs } from "../core/duration";
import { isProviderError } from "../core/errors";
import type { Impact } from "../core/impact";
import type { CallContext, DiffResult, ResourceHandler } from "../core/lifecycle";
import { knownInputs, previewDiff } from "../core/previewDiff";
import { containsUnknown, known } from "../core/unknowns";
import { announceInputs } from "./backupConfig.advice";
import { apply, type BackupConfigOutputs, idOf, recordsOf } from "./backupConfig.apply";
import { coveredTenants, PARAMETER_SETTINGS } from "./backupConfig.differences";
import { keepWhatWasRunning, liveInputs } from "./backupConfig.drift";
import { planBackupConfig } from "./backupConfig.plan";
import { lastSeenTask, observeFor } from "./backupConfig.progress";
import { takeUp, unreadOf } from "./backupConfig.records";
import { type BackupConfigInputs, isSecretPath, isUriProperty, URI_PROPERTIES } from "./backupConfig.schema";
import { connect, requireSameCluster } from "./connection";
import { type ConnectionInputs, checkConnection } from "./credentials";
import { stopOnDelete } from "./delete";
import type { ClusterIdentity, ObservedCluster } from "./observe";
import { storageFingerprint } from "./storageKeys";
import { parseStorageUri } from "./storageUri";
import { isTenantGone } from "./tenantIdentity";

/** What tells the two resources apart. */
export interface BackupConfigResource {
  readonly object: string;
  readonly schema: Parameters<typeof checkInputs<BackupConfigInputs>>[1];
  readonly rules: Parameters<typeof checkInputs<BackupConfigInputs>>[2];
  readonly properties: readonly (keyof BackupConfigInputs)[];
}

const DEFAULT_READ_TIMEOUT_MS = 10 * 60_000;

/** Settings of the target, as opposed to how it is reached and what is accepted. */
const SETTINGS = [
  ...URI_PROPERTIES,
  "binding",
  "pieceSwitchInterval",
  "deletePolicy",
  "archiving",
  ...PARAMETER_SETTINGS,
] as const;

/** The six calls, which are the same for a whole cluster and for one tenant: only what they cover differs. */
export function backupConfigHandler(
  resource: BackupConfigResource,
): ResourceHandler<BackupConfigInputs, BackupConfigOutputs> {
  const { object, schema, rules, properties } = resource;
  return {
    object,

    identity(bag) {
      const cluster = (bag.cluster as Partial<ClusterIdentity> | undefined)?.name ?? endpointsOf(bag);
      const tenant = known(bag.tenantName);
      return typeof tenant === "string" ? [tenant, cluster].filter(Boolean).join(" of ") : cluster;
    },

    isSecret: (path, bag) => {
      const [property] = path;
      if (!isUriProperty(property)) return isSecretPath(path);
      const text = bag[property];
      return typeof text === "string" && /access_(id|key)/i.test(text);
    },

    secrets: secretsOf,

    check(news, olds, context) {
      const checked = checkInputs<BackupConfigInputs>(news, schema, rules);
      if (checked.violations.length > 0) return checked;
      const violations = checkConnection(checked.inputs.connection, context);
      if (violations.length > 0) return { ...checked, violations };
      announceInputs(checked.inputs, olds as Partial<BackupConfigInputs>, object, context);
      return withFingerprint(checked, context);
    },

    diff: (olds, news) => diff(olds, news, object, properties),

    async create(inputs, context) {
      const outputs = await apply(inputs, undefined, object, context);
      return { id: idOf(outputs.cluster, inputs), outputs };
    },

    update: (_id, recorded, inputs, context) =>
      apply(inputs, recorded as unknown as BackupConfigOutputs, object, context),

    async read(_id, bag, context) {
      const recorded = bag as unknown as BackupConfigOutputs;
      const declared = pickInputs(recorded, properties);
      const api = connect(recorded.connection, context);
      const deadlineMs = durationMs(recorded.timeouts?.read, DEFAULT_READ_TIMEOUT_MS);
      const { lastTask, lastSeenTask: seen, tenantId, tenants: recordedTenants = [], archiveGaps = [] } = recorded;
      const known = { lastTask, lastSeenTask: seen, tenants: recordedTenants };
      const observed = await observeFor(api, recorded, known, { clock: context.clock, deadlineMs });
      requireSameCluster(recorded.cluster, observed.cluster, api);
      if (isTenantGone(recorded, observed)) return undefined;
      const record = takeUp(recordsOf(recorded), observed.newerTasks);
      const covered = coveredTenants(declared, observed);
      const tenants = keepWhatWasRunning(recordedTenants, covered);
      const { inputs, drift } = liveInputs(declared, observed, record);
      const { cluster } = observed;
      return {
        inputs,
        drift,
        outputs: {
          ...inputs,
          ...unreadOf(record),
          cluster,
          tenantId,
          tenants,
          lastTask,
          lastSeenTask: lastSeenTask({ observed, lastTask, lastSeenTask: seen }),
          archiveGaps,
        },
      };
    },

    delete: (_id, bag, context) => stopOnDelete(bag as unknown as BackupConfigOutputs, context),
  };
}

function diff(
  olds: Bag,
  news: BackupConfigInputs,
  object: string,
  properties: readonly (keyof BackupConfigInputs)[],
): DiffResult {
  const recorded = olds as Partial<BackupConfigOutputs>;
  const name = [known(news.tenantName), recorded.cluster?.name ?? "cluster"].filter(Boolean).join(" of ");
  return previewDiff({
    olds,
    news: news as BackupConfigInputs & Bag,
    properties,
    // Endpoints are addresses, not identity: whether they still lead to the recorded cluster is seen in the apply.
    identity: ["tenantName"],
    settings: SETTINGS,
    name: `${object} (${name})`,
    impacts: () => impactsFromRecords(news, recorded),
  });
}

/** Impacts of the change as far as records and known inputs show them, without any call. */
function impactsFromRecords(news: BackupConfigInputs, recorded: Partial<BackupConfigOutputs>): readonly Impact[] {
  const { cluster, tenants } = recorded;
  if (!cluster || !tenants || containsUnknown(news.tenantName) || containsUnknown(news.exceptTenants)) return [];
  const observed: ObservedCluster = {
    cluster,
    tenants,
    names: tenants,
    newerTasks: [],
    unfinished: [],
    holding: [],
    lastTaskNumber: 0,
    listsEndedTasks: true,
  };
  return planBackupConfig(knownInputs(news), observed, recordsOf(recorded), []).impacts;
}

function pickInputs(
  outputs: BackupConfigOutputs,
  properties: readonly (keyof BackupConfigInputs)[],
): BackupConfigInputs {
  const declared = properties.filter((property) => outputs[property] !== undefined);
  return Object.fromEntries(declared.map((property) => [property, outputs[property]])) as BackupConfigInputs;
}

function withFingerprint(
  checked: CheckedInputs<BackupConfigInputs>,
  context: CallContext,
): CheckedInputs<BackupConfigInputs> {
  try {
    const fingerprint = storageFingerprint(checked.inputs, context.environment);
    return { ...checked, inputs: { ...checked.inputs, storageFingerprint: fingerprint } };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const path = (error.facts.property ?? "").split(".");
    return { ...checked, violations: [{ path, rule: error.facts.problem, showValue: false }] };
  }
}

function secretsOf(bag: Bag): string[] {
  const connection = (bag.connection ?? {}) as Bag;
  const storage = (bag.storageCredentials ?? {}) as Bag;
  const keys = URI_PROPERTIES.map((property) => {
    const text = bag[property];
    return typeof text === "string" ? parseStorageUri(text).uri?.keys?.accessKey : undefined;
  });
  const values = [
    connection.password,
    connection.agentPassword,
    (connection.tls as Bag | undefined)?.key,
    storage.accessKey,
    ...keys,
  ];
  return values.filter((value) => typeof value === "string" && !containsUnknown(value)) as string[];
}

function endpointsOf(bag: Bag): string | undefined {
  const endpoints = known((bag.connection as ConnectionInputs | undefined)?.endpoints);
  // An address with a password in it is refused, and must not be printed for that.
  return Array.isArray(endpoints)
    ? endpoints.map((endpoint) => String(endpoint).replace(/\/\/.*@/, "//")).join(", ")
    : undefined;
}
