import { systemClock } from "../../../../provider/core/clock";

describe("The clock of the process", () => {
  it("tells the time, lets it pass, and rolls a die from 0 up to 1", async () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    await systemClock.sleep(5);
    // Timers may fire a fraction of a millisecond early.
    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 4);
    const chance = systemClock.random();
    expect(chance).toBeGreaterThanOrEqual(0);
    expect(chance).toBeLessThan(1);
  });
});
