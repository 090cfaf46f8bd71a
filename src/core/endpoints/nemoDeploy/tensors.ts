/**
 * Tensors of the KServe v2 protocol, as JSON and in its binary extension: a JSON head whose length a header tells, then the
 * tensors one after the other, little-endian, each text with its length in 4 bytes before it
 * (https://github.com/kserve/open-inference-protocol, "Binary tensor data extension").
 */
import { isJsonObject, parseJson, type Json, type JsonObject } from '../../record/json.ts';

/** Datatypes in which a value can be sent. */
export const DATATYPES = [
  'BYTES',
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'FP32',
  'FP64',
] as const;
export type Datatype = (typeof DATATYPES)[number];

export function isDatatype(text: string): text is Datatype {
  return (DATATYPES as readonly string[]).includes(text);
}

/** A tensor to send, row by row. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: readonly (string | number | boolean)[];
}

/** The body of a request, with the header that tells the length of its head where it is binary. */
export interface EncodedRequest {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** The header that tells where the JSON ends and the tensors begin. */
export const HEAD_LENGTH = 'inference-header-content-length';

export function encodeAsJson(inputs: readonly Tensor[], output: string): EncodedRequest {
  const body: JsonObject = {
    inputs: inputs.map(({ name, datatype, shape, data }) => ({ name, datatype, shape, data })),
    outputs: [{ name: output }],
  };
  return { body: JSON.stringify(body), headers: {} };
}

export function encodeAsBinary(inputs: readonly Tensor[], output: string): EncodedRequest {
  const blocks = inputs.map(bytesOf);
  const head = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ name, datatype, shape }, index) => ({
        name,
        datatype,
        shape,
        parameters: { binary_data_size: blocks[index]?.length ?? 0 },
      })),
      outputs: [{ name: output, parameters: { binary_data: true } }],
    }),
  );
  return {
    body: Buffer.concat([head, ...blocks]),
    headers: { 'content-type': 'application/octet-stream', [HEAD_LENGTH]: String(head.length) },
  };
}

function bytesOf({ datatype, data }: Tensor): Buffer {
  if (datatype === 'BYTES') {
    return Buffer.concat(
      data.map((value) => {
        const text = Buffer.from(String(value));
        const length = Buffer.alloc(4);
        length.writeUInt32LE(text.length);
        return Buffer.concat([length, text]);
      }),
    );
  }
  const width = WIDTHS[datatype];
  const bytes = Buffer.alloc(width * data.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [index, value] of data.entries()) WRITERS[datatype](view, index * width, Number(value));
  return bytes;
}

const WIDTHS: Readonly<Record<Exclude<Datatype, 'BYTES'>, number>> = {
  ...{ BOOL: 1, INT8: 1, UINT8: 1, INT16: 2, UINT16: 2, INT32: 4, UINT32: 4, FP32: 4 },
  ...{ INT64: 8, UINT64: 8, FP64: 8 },
};

type Writer = (view: DataView, at: number, value: number) => void;

const big = (value: number): bigint => BigInt(Math.trunc(value));

const WRITERS: Readonly<Record<Exclude<Datatype, 'BYTES'>, Writer>> = {
  BOOL: (view, at, value) => view.setUint8(at, value),
  UINT8: (view, at, value) => view.setUint8(at, value),
  INT8: (view, at, value) => view.setInt8(at, value),
  INT16: (view, at, value) => view.setInt16(at, value, true),
  UINT16: (view, at, value) => view.setUint16(at, value, true),
  INT32: (view, at, value) => view.setInt32(at, value, true),
  UINT32: (view, at, value) => view.setUint32(at, value, true),
  INT64: (view, at, value) => view.setBigInt64(at, big(value), true),
  UINT64: (view, at, value) => view.setBigUint64(at, big(value), true),
  FP32: (view, at, value) => view.setFloat32(at, value, true),
  FP64: (view, at, value) => view.setFloat64(at, value, true),
};

/** Texts of an output tensor with their number a row, or what is wrong, in words that follow "the answer". */
export type TextTensor = { readonly texts: readonly string[]; readonly rows: number } | { readonly problem: string };

/**
 * Reads the texts of one output.
 *
 * @param headLength value of the header, where the answer is binary
 */
export function decodeTexts(bytes: Buffer, headLength: string | null, wanted: string): TextTensor {
  const length = headLength === null ? bytes.length : Number(headLength);
  if (!Number.isInteger(length) || length < 0 || length > bytes.length)
    return { problem: 'has a head of impossible length' };
  const head = parseJson(bytes.toString('utf8', 0, length));
  const outputs = isJsonObject(head) ? head['outputs'] : undefined;
  if (!Array.isArray(outputs)) return { problem: 'has no `outputs`' };
  let offset = length;
  for (const output of outputs as readonly Json[]) {
    if (!isJsonObject(output)) return { problem: 'has an output that is no object' };
    const { name, parameters, shape } = output;
    const size = isJsonObject(parameters) ? parameters['binary_data_size'] : undefined;
    const block = typeof size === 'number' ? bytes.subarray(offset, offset + size) : undefined;
    if (typeof size === 'number') offset += size;
    if (name !== wanted) continue;
    if (output['datatype'] !== 'BYTES') return { problem: `has an output \`${wanted}\` that is no text` };
    const texts = block === undefined ? textsIn(output['data']) : textsOf(block);
    if (texts === undefined) return { problem: `has an output \`${wanted}\` that cannot be read` };
    const rows = Array.isArray(shape) && typeof shape[0] === 'number' ? shape[0] : texts.length;
    return { texts, rows };
  }
  return { problem: `has no output \`${wanted}\`` };
}

/** Data may be nested as its shape is. */
function textsIn(data: Json | undefined): readonly string[] | undefined {
  if (typeof data === 'string') return [data];
  if (!Array.isArray(data)) return undefined;
  const texts: string[] = [];
  for (const element of data as readonly Json[]) {
    const inner = textsIn(element);
    if (inner === undefined) return undefined;
    texts.push(...inner);
  }
  return texts;
}

function textsOf(block: Buffer): readonly string[] | undefined {
  const texts: string[] = [];
  let offset = 0;
  while (offset < block.length) {
    if (offset + 4 > block.length) return undefined;
    const end = offset + 4 + block.readUInt32LE(offset);
    if (end > block.length) return undefined;
    texts.push(block.toString('utf8', offset + 4, end));
    offset = end;
  }
  return texts;
}
