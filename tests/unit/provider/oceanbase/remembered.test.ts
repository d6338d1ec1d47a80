import { Remembered } from "../../../../provider/oceanbase/remembered";

describe("Something that is asked once", () => {
  it("is asked once for all who ask at the same time and later", async () => {
    let asked = 0;
    const number = new Remembered(async () => ++asked);
    expect(await Promise.all([number.get(), number.get()])).toEqual([1, 1]);
    expect(await number.get()).toBe(1);
  });

  it("is asked again after a failure", async () => {
    let asked = 0;
    const number = new Remembered(async () => {
      if (++asked === 1) throw new Error("not yet");
      return asked;
    });
    await expect(number.get()).rejects.toThrow("not yet");
    await expect(number.get()).resolves.toBe(2);
  });

  it("is forgotten by those who know the present answer, and asked anew once for all of them", async () => {
    let asked = 0;
    const number = new Remembered(async () => ++asked);
    const first = number.get();
    number.forget(first);
    const second = number.get();
    number.forget(first);
    expect(await Promise.all([first, second, number.get()])).toEqual([1, 2, 2]);
  });
});
