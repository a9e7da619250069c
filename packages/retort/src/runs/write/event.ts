/**
 * TensorBoard's events as bytes: protocol buffers (tensorflow/core/util/event.proto, framework/summary.proto, framework/tensor.proto) in
 * records of a length, its checksum, the data and its checksum (tensorflow/core/lib/io/record_writer.h).
 */
import crc32c from 'crc-32/crc32c.js';
import { PbfWriter } from 'pbf';

/** What an event says. */
export type What =
  | { readonly kind: 'version' }
  /** Events of this step and later, written before, are void. */
  | { readonly kind: 'start' }
  | { readonly kind: 'scalars'; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'text'; readonly tag: string; readonly text: string };

export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly what: What;
}

/** Rotated and shifted, so that a checksum of data that holds checksums is as good. @example maskedCrc(Buffer.from('123456789')) */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A record with data in it. @example record(encodeEvent(event)) */
export function record(data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(maskedCrc(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(maskedCrc(data), data.length + 12);
  return bytes;
}

type Text = Extract<What, { kind: 'text' }>;

// The numbers below are those of the fields in the .proto files.
const dtString = 7;
const statusStart = 1;

function writeScalar([tag, value]: readonly [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value);
}

function writeTextPlugin(_: Text, pbf: PbfWriter): void {
  pbf.writeMessage(1, (_, pluginData) => pluginData.writeStringField(1, 'text'), null);
}

function writeStrings({ text }: Text, pbf: PbfWriter): void {
  pbf.writeVarintField(1, dtString);
  pbf.writeMessage(
    2,
    (_, shape) => shape.writeMessage(2, (size, dim) => dim.writeVarintField(1, size), 1),
    null,
  );
  pbf.writeStringField(8, text);
}

function writeText(what: Text, pbf: PbfWriter): void {
  pbf.writeStringField(1, what.tag);
  pbf.writeMessage(8, writeStrings, what);
  pbf.writeMessage(9, writeTextPlugin, what);
}

function writeWhat(what: What, pbf: PbfWriter): void {
  switch (what.kind) {
    case 'version':
      return pbf.writeStringField(3, 'brain.Event:2');
    case 'start':
      return pbf.writeMessage(7, (status, log) => log.writeVarintField(1, status), statusStart);
    case 'scalars':
      return pbf.writeMessage(
        5,
        (values, summary) => {
          for (const value of Object.entries(values)) summary.writeMessage(1, writeScalar, value);
        },
        what.values,
      );
    case 'text':
      return pbf.writeMessage(5, (text, summary) => summary.writeMessage(1, writeText, text), what);
  }
}

/** @example encodeEvent({ wallTime: 1.7e9, step: 1, what: { kind: 'scalars', values: { lr: 0.1 } } }) */
export function encodeEvent({ wallTime, step, what }: Event): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, wallTime);
  // proto3 leaves out what is 0.
  if (step !== 0) pbf.writeVarintField(2, step);
  writeWhat(what, pbf);
  return pbf.finish();
}
