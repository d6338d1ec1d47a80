import type { CallContext } from "../core/lifecycle";
import { known } from "../core/unknowns";
import { type BackupConfigInputs, URI_PROPERTIES } from "./backupConfig.schema";

/** What a user should know of a value when it is declared or changed; from inputs alone, so that previews of new resources have it. */
export function announceInputs(
  news: BackupConfigInputs,
  olds: Partial<BackupConfigInputs>,
  object: string,
  context: CallContext,
): void {
  const name = news.tenantName === undefined ? object : `${object} (${known(news.tenantName) ?? "not yet known"})`;
  for (const property of URI_PROPERTIES) {
    const uri = known(news[property]);
    if (uri === undefined || uri === olds[property] || !uri.startsWith("file://")) continue;
    context.log(
      `${name}: ${property} ${uri} must be one shared mount on every server of the cluster; obshell cannot tell a shared directory from local ones`,
    );
  }
  const [before, after] = [olds.haLowThreadScore, known(news.haLowThreadScore)];
  if (before !== undefined && after !== undefined && after > 2 * Math.max(1, before)) {
    context.log(
      `${name}: haLowThreadScore ${before} -> ${after}: the vendor recommends to raise it before a backup and to double it each time`,
    );
  }
}
