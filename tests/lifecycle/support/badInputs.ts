import type { Bag, Path } from "../../../provider/core/bag";

/** Values that hardly any property takes: wrong types, empty ones, numbers just outside, text that means nothing. */
const WRONG: readonly unknown[] = [
  "nonsense",
  "",
  " ",
  "-1d",
  "7",
  0,
  -7,
  1.5,
  1e9,
  true,
  false,
  [],
  [""],
  ["nonsense"],
  {},
  { nonsense: 1 },
];

/** A program with one thing in it that is probably wrong. */
export interface Mistake {
  readonly name: string;
  /** Where; for a property that is left out or added, where it is or was. */
  readonly path: Path;
  /** True where it is that something is missing; what is wrong is then something else, which needs it. */
  readonly isAbsence?: true;
  readonly program: Bag;
}

/** Every mistake of one place: each wrong value at each depth, each property left out, each name misspelt. */
export function mistakesIn(program: Bag): Mistake[] {
  return placesIn(program).flatMap((path) => {
    const at = path.join(".");
    const wrong = WRONG.map((value) => ({
      name: `${at} = ${JSON.stringify(value)}`,
      path,
      program: changed(program, path, () => value),
    }));
    if (typeof path.at(-1) === "number") return wrong;
    const misspelt = [...path.slice(0, -1), `${path.at(-1)}x`];
    const moved = changed(program, path, () => undefined);
    return [
      ...wrong,
      { name: `${at} left out`, path, isAbsence: true, program: moved },
      { name: `${at} misspelt`, path: misspelt, program: changed(moved, misspelt, () => "nonsense") },
    ];
  });
}

function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...placesIn(item, path)];
  });
}

function changed(value: unknown, [step, ...rest]: Path, make: () => unknown): Bag {
  if (step === undefined) return make() as Bag;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? changed(item, rest, make) : item)) as unknown as Bag;
  }
  const others = Object.entries(value as Bag).filter(([key]) => key !== step);
  const inner = rest.length === 0 ? make() : changed((value as Bag)[step], rest, make);
  return Object.fromEntries(inner === undefined ? others : [...others, [step, inner]]);
}
