/** What all resources of this process use together, by name. Made when somebody first asks for it. */
export class Shared {
  private readonly things = new Map<string, unknown>();

  /** The thing of that name. Whoever asks for one name must always make the same kind of thing. */
  get<T>(name: string, make: () => T): T {
    if (!this.things.has(name)) this.things.set(name, make());
    return this.things.get(name) as T;
  }
}
