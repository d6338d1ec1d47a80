import fc from "fast-check";
import { z } from "zod";
import type { Path } from "../../../provider/core/bag";
import { orUnknown } from "../../../provider/core/checkInputs";

/** A made-up shape of inputs: what a schema accepts, and a value that it accepts, grow from the same tree. */
export type Spec =
  | { readonly kind: "text" | "number" | "flag" }
  | { readonly kind: "list"; readonly items: readonly Spec[] }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Spec>> };

const leaf = fc.constantFrom<Spec>({ kind: "text" }, { kind: "number" }, { kind: "flag" });

function tree(depth: number): fc.Arbitrary<Spec> {
  if (depth === 0) return leaf;
  const child = fc.oneof({ weight: 2, arbitrary: leaf }, tree(depth - 1));
  // All items of a list have one shape, as all items of one list in one schema.
  const list = fc.tuple(child, fc.integer({ min: 1, max: 3 })).map(([item, length]): Spec => {
    return { kind: "list", items: Array.from({ length }, () => item) };
  });
  return fc.oneof(list, object(child));
}

function object(child: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> {
  return fc
    .dictionary(fc.constantFrom("alpha", "beta", "gamma", "delta"), child, { minKeys: 1 })
    .map((fields): Spec => ({ kind: "object", fields }));
}

/** Shapes with an object at the top, up to four levels deep. */
export const specs: fc.Arbitrary<Spec> = object(tree(3));

export function schemaOf(spec: Spec): z.ZodType {
  switch (spec.kind) {
    case "text":
      return orUnknown(z.string());
    case "number":
      return orUnknown(z.number());
    case "flag":
      return orUnknown(z.boolean());
    case "list":
      return orUnknown(z.array(schemaOf(spec.items[0] ?? { kind: "text" })));
    case "object":
      return orUnknown(
        z.strictObject(Object.fromEntries(Object.entries(spec.fields).map(([key, field]) => [key, schemaOf(field)]))),
      );
  }
}

/** A value of the shape in which the values at these paths are something else. */
export function valueFor(spec: Spec, elsewhere: readonly Path[], something: unknown, at: Path = []): unknown {
  if (elsewhere.some((path) => path.join("/") === at.join("/") && path.length === at.length)) return something;
  switch (spec.kind) {
    case "text":
      return "text";
    case "number":
      return 7;
    case "flag":
      return true;
    case "list":
      return spec.items.map((item, index) => valueFor(item, elsewhere, something, [...at, index]));
    case "object":
      return Object.fromEntries(
        Object.entries(spec.fields).map(([key, field]) => [key, valueFor(field, elsewhere, something, [...at, key])]),
      );
  }
}

/** Every path below the top. */
export function pathsOf(spec: Spec, at: Path = []): Path[] {
  const children: (readonly [string | number, Spec])[] =
    spec.kind === "list"
      ? spec.items.map((item, index) => [index, item] as const)
      : spec.kind === "object"
        ? Object.entries(spec.fields)
        : [];
  return children.flatMap(([step, child]) => [[...at, step], ...pathsOf(child, [...at, step])]);
}

/** Paths to values that hold no others. */
export function leavesOf(spec: Spec): Path[] {
  const all = pathsOf(spec);
  return all.filter((path) => !all.some((other) => other.length > path.length && path.every((s, i) => other[i] === s)));
}
