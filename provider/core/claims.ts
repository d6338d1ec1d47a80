/**
 * Which call of this process has taken charge of which setting. Two resources that own the same one would undo each other in every
 * run, and a deletion must not undo what another resource of the same run has just taken over.
 */
export class Claims {
  private readonly owners = new Map<string, string>();

  /** Takes charge of all of them, or of none: returns the settings that somebody else has, with the owner. */
  take(owner: string, settings: readonly string[]): { readonly setting: string; readonly owner: string }[] {
    const taken = settings.flatMap((setting) => {
      const other = this.owners.get(setting);
      return other === undefined ? [] : [{ setting, owner: other }];
    });
    if (taken.length === 0) for (const setting of settings) this.owners.set(setting, owner);
    return taken;
  }

  has(setting: string): boolean {
    return this.owners.has(setting);
  }
}
