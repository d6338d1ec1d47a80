import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/** A bag as it arrives on the other side of Pulumi's wire; fails where it would not arrive. */
export function overTheWire<T extends object>(bag: T): T {
  const sent = Struct.fromJavaScript(bag as Parameters<typeof Struct.fromJavaScript>[0]);
  return Struct.deserializeBinary(sent.serializeBinary()).toJavaScript() as T;
}
