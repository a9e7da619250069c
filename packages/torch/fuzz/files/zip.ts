/** Writes zip archives, and lies in them where it is told to. */
import zlib from 'node:zlib';

/** An entry; what is left out is as it should be. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly deflated?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says. */
  readonly size?: number;
  readonly stored?: number;
  readonly start?: number;
  readonly extra?: Buffer;
  /** What the local header says. */
  readonly localName?: string;
  readonly localSize?: number;
  readonly localMethod?: number;
  readonly localFlags?: number;
  readonly localSignature?: number;
}

export interface ZipEnd {
  readonly before?: Buffer;
  readonly after?: Buffer;
  readonly comment?: Buffer;
  readonly count?: number;
  readonly length?: number;
  readonly position?: number;
  readonly disk?: number;
  /** The records of zip64, with these values. */
  readonly wide?: { count?: bigint; length?: bigint; position?: bigint; end?: bigint };
}

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
};

/** The extra field of zip64. */
export const wideExtra = (...values: bigint[]): Buffer =>
  Buffer.concat([u16(1), u16(8 * values.length), ...values.map(u64)]);

export function archive(entries: readonly ZipEntry[], end: ZipEnd = {}): Buffer {
  const parts: Buffer[] = [end.before ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let at = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const { name, deflated = false, flags = 0, extra = Buffer.alloc(0) } = entry;
    const stored = deflated ? zlib.deflateRawSync(entry.data) : entry.data;
    const method = entry.method ?? (deflated ? 8 : 0);
    const crc = u32(zlib.crc32(entry.data));
    const localName = Buffer.from(entry.localName ?? name);
    const local = Buffer.concat([
      ...[u32(entry.localSignature ?? 0x04034b50), u16(20), u16(entry.localFlags ?? flags)],
      ...[u16(entry.localMethod ?? method), u32(0), crc, u32(entry.localSize ?? stored.length)],
      ...[u32(entry.localSize ?? entry.data.length), u16(localName.length), u16(0), localName, stored],
    ]);
    directory.push(
      ...[u32(0x02014b50), u16(20), u16(20), u16(flags), u16(method), u32(0), crc],
      ...[u32(entry.stored ?? stored.length), u32(entry.size ?? entry.data.length)],
      ...[u16(Buffer.byteLength(name)), u16(extra.length), u16(0), u16(0), u16(0), u32(0)],
      ...[u32(entry.start ?? at), Buffer.from(name), extra],
    );
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const { comment = Buffer.alloc(0), wide } = end;
  const position = at;
  const after = at + central.length;
  const records = wide && [
    ...[u32(0x06064b50), u64(44n), u16(45), u16(45), u32(0), u32(0)],
    ...[u64(wide.count ?? BigInt(entries.length)), u64(wide.count ?? BigInt(entries.length))],
    ...[u64(wide.length ?? BigInt(central.length)), u64(wide.position ?? BigInt(position))],
    ...[u32(0x07064b50), u32(0), u64(wide.end ?? BigInt(after)), u32(1)],
  ];
  const count = u16(end.count ?? entries.length);
  return Buffer.concat([
    ...[...parts, central, ...(records ?? [])],
    ...[u32(0x06054b50), u16(end.disk ?? 0), u16(end.disk ?? 0), count, count],
    ...[u32(end.length ?? central.length), u32(end.position ?? position), u16(comment.length), comment],
    end.after ?? Buffer.alloc(0),
  ]);
}
