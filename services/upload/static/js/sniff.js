// What a file really is, by its first bytes; names and MIME types of phones lie.
const text = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

export function kindOf(bytes) {
  if (bytes.length === 0) return 'empty';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (text(bytes, 1, 4) === 'PNG' && bytes[0] === 0x89) return 'png';
  if (text(bytes, 4, 8) === 'ftyp' && /^(hei|hev|mif1|msf1)/.test(text(bytes, 8, 12))) return 'heic';
  if (text(bytes, 0, 4) === '%PDF') return 'pdf';
  return 'other';
}

// Whether a JPEG or PNG comes to its end. Coded pixels hold no end marker, whatever a phone puts
// behind them: from the last byte back, the end has to come before the head of a scan.
export function isWhole(bytes, kind) {
  if (kind === 'png') return new TextDecoder('latin1').decode(bytes.subarray(-65536)).includes('IEND');
  if (kind !== 'jpeg') return true;
  for (let at = bytes.length - 2; at > 1; at -= 1) {
    if (bytes[at] !== 0xff) continue;
    if (bytes[at + 1] === 0xd9) return true;
    const beginsScan = bytes[at + 1] === 0xda && bytes[at + 2] === 0;
    if (beginsScan && bytes[at + 3] === 6 + 2 * bytes[at + 4]) return false;
  }
  return false;
}

// EXIF orientation 1–8 of a JPEG; 1 where it says nothing. The tag is looked for in the first
// directory's bytes; one found elsewhere costs no more than a picture drawn anew.
export function orientationOf(bytes) {
  const head = String.fromCharCode(...bytes.subarray(0, 32768));
  const exif = head.slice(Math.max(0, head.indexOf('Exif\0\0')));
  const found = /^Exif\0\0(?:II[^]*?\x12\x01\x03\0\x01\0\0\0([\x01-\x08])|MM[^]*?\x01\x12\0\x03\0\0\0\x01\0([\x01-\x08]))/.exec(exif);
  return found ? (found[1] || found[2]).charCodeAt(0) : 1;
}
