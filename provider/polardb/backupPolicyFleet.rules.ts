import { isBag } from "../core/fleet";
import { known } from "../core/unknowns";
import { WINDOW_FIELDS } from "./backupPolicy.timeZone";
import type { BackupPolicyFleetInputs } from "./backupPolicyFleet.schema";
import { broken, type Rule } from "./rules";

type FleetRule = Rule<BackupPolicyFleetInputs>;

const spreadOwnsTheWindow: FleetRule = {
  id: "fleet-spread-or-window",
  source: "Ours: a window has one owner",
  find: ({ spread, baseline }) =>
    spread === undefined || !isBag(baseline)
      ? []
      : WINDOW_FIELDS.filter((field) => baseline[field] !== undefined).flatMap((field) =>
          broken(
            ["baseline", field],
            "cannot stand beside spread, which gives each cluster a window of its own; remove one of them (an override may name a window)",
          ),
        ),
};

/** Otherwise the windows of a fleet would move against each other with the seasons, and over weekdays. */
const spreadIsInUtc: FleetRule = {
  id: "fleet-spread-utc",
  source: "PolarDB: ModifyBackupPolicy, PreferredBackupTime: in UTC",
  find: ({ spread, baseline }) =>
    spread !== undefined && isBag(baseline) && baseline.timeZone !== undefined
      ? broken(
          ["baseline", "timeZone"],
          "cannot stand beside spread, whose hours are in UTC; remove it and write weekdays in UTC too",
        )
      : [],
};

const spreadHasHours: FleetRule = {
  id: "fleet-spread-range",
  source: "Ours: a range without an hour has no window",
  find({ spread }) {
    const { from, to } = known(spread) ?? {};
    return from !== undefined && from === to
      ? broken(["spread", "to"], 'is where the range begins; for the whole day write from "00:00Z" to "24:00Z"')
      : [];
  },
};

export const backupPolicyFleetRules: readonly FleetRule[] = [spreadOwnsTheWindow, spreadIsInUtc, spreadHasHours];
