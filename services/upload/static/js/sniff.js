// What a file really is, by its first bytes; names and MIME types of phones lie.
const text = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

export function kindOf(bytes) {
  if (bytes.length === 0) return 'empty';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (text(bytes, 1, 4) === 'PNG' && bytes[0] === 0x89) return 'png';
  if (text(bytes, 4, 8) === 'ftyp' && /^(hei|hev|mif1|msf1)/.test(text(bytes, 8, 12))) return 'heic';
  if (text(bytes, 0, 4) === '%PDF') return 'pdf';
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'webp';
  return 'other';
}

// EXIF orientation 1–8 of a JPEG; 1 where it says nothing. Segments are walked up to the picture.
export function orientationOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 < view.byteLength && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const length = view.getUint16(at + 2);
    if (bytes[at + 1] === 0xe1 && text(bytes, at + 4, at + 8) === 'Exif') {
      return inTiff(view, at + 10, at + 2 + length);
    }
    at += 2 + length;
  }
  return 1;
}

function inTiff(view, start, end) {
  if (start + 8 > end || end > view.byteLength) return 1;
  const little = view.getUint16(start) === 0x4949;
  const first = start + view.getUint32(start + 4, little);
  if (first + 2 > end) return 1;
  for (let n = view.getUint16(first, little), at = first + 2; n > 0 && at + 12 <= end; n -= 1, at += 12) {
    if (view.getUint16(at, little) === 0x0112) {
      const value = view.getUint16(at + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}
