import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

type Decode = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/**
 * Undoes a `content-encoding`. We ask for none, but some gateways compress whatever passes.
 *
 * @throws what zlib throws, also when the result would be larger than the limit
 */
export function decodeContent(encoding: string, bytes: Buffer, limitBytes: number): Promise<Buffer> {
  const decode = decoderOf(encoding.trim().toLowerCase());
  return decode === undefined ? Promise.resolve(bytes) : decode(bytes, { maxOutputLength: limitBytes });
}

function decoderOf(encoding: string): Decode | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return promisify(gunzip);
    case 'deflate':
      return promisify(inflate);
    case 'br':
      return promisify(brotliDecompress);
    case 'zstd':
      return promisify(zstdDecompress);
    default:
      return undefined;
  }
}
