import type { HttpRequest, HttpResponse, Transport } from "../../../provider/core/transport";

type Answer = Partial<HttpResponse> | Error;

/** Gives these answers one after another, and writes down what was asked. Fails the test when more is asked. */
export class CannedTransport implements Transport {
  readonly requests: HttpRequest[] = [];
  private readonly answers: Answer[];

  constructor(...answers: readonly Answer[]) {
    this.answers = [...answers];
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    const answer = this.answers.shift();
    if (answer === undefined) throw new Error(`nobody expected ${request.method} ${request.url}`);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: "", ...answer };
  }
}
