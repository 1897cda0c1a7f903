import type { Aggregate } from './aggregate.ts';

/**
 * How a row of history is written: for each metric its slot (the number that the host's metric has
 * in `monitor_metrics`) and its values as 32-bit floats, little endian.
 *
 *     raw     slot varint, value float32
 *     bucket  slot varint, count × 2 + constant varint, then min, avg, max float32;
 *             of a metric that did not move in the bucket the one value
 *
 * Varints are LEB128: seven bits a byte, the lowest first.
 */
export function encodeRaw(values: ReadonlyMap<number, number>): Buffer {
  const writer = new Writer(values.size * 6);
  for (const [slot, value] of values) {
    writer.varint(slot);
    writer.float(value);
  }
  return writer.done();
}

/** The metrics of a raw row by slot. What cannot be read ends the row. */
export function decodeRaw(data: Buffer): Map<number, number> {
  const values = new Map<number, number>();
  const reader = new Reader(data);
  for (;;) {
    const slot = reader.varint();
    const value = reader.float();
    if (slot === undefined || value === undefined) return values;
    values.set(slot, value);
  }
}

/** See {@link encodeRaw}. */
export function encodeBucket(values: ReadonlyMap<number, Aggregate>): Buffer {
  const writer = new Writer(values.size * 16);
  for (const [slot, { count, min, avg, max }] of values) {
    const constant = Math.fround(min) === Math.fround(max);
    writer.varint(slot);
    writer.varint(count * 2 + Number(constant));
    writer.float(min);
    if (constant) continue;
    writer.float(avg);
    writer.float(max);
  }
  return writer.done();
}

/** The metrics of a bucket by slot. */
export function decodeBucket(data: Buffer): Map<number, Aggregate> {
  const values = new Map<number, Aggregate>();
  const reader = new Reader(data);
  for (;;) {
    const slot = reader.varint();
    const head = reader.varint();
    const min = reader.float();
    if (slot === undefined || head === undefined || min === undefined) return values;
    const count = Math.floor(head / 2);
    if (head % 2 === 1) {
      values.set(slot, { count, min, avg: min, max: min });
      continue;
    }
    const avg = reader.float();
    const max = reader.float();
    if (avg === undefined || max === undefined) return values;
    values.set(slot, { count, min, avg, max });
  }
}

class Writer {
  #data: Buffer;
  #at = 0;

  constructor(size: number) {
    this.#data = Buffer.allocUnsafe(Math.max(64, size));
  }

  varint(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= 128) {
      this.#data[this.#at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#data[this.#at++] = rest;
  }

  float(value: number): void {
    this.#room(4);
    this.#at = this.#data.writeFloatLE(value, this.#at);
  }

  done(): Buffer {
    return Buffer.from(this.#data.subarray(0, this.#at));
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#data.length) return;
    this.#data = Buffer.concat([this.#data, Buffer.allocUnsafe(this.#data.length)]);
  }
}

class Reader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  varint(): number | undefined {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 42; factor *= 128) {
      const byte = this.#data[this.#at];
      if (byte === undefined) return undefined;
      this.#at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
    return undefined;
  }

  float(): number | undefined {
    if (this.#at + 4 > this.#data.length) return undefined;
    const value = this.#data.readFloatLE(this.#at);
    this.#at += 4;
    return Number.isFinite(value) ? value : undefined;
  }
}
