// A large file in parts: three at a time, each to an address asked for just before, only those not there yet.
import { Lost, Refused, ask, patiently, send } from "./upload-net.js";
import { forget, keep, recall } from "./upload-memory.js";

const PARTS_AT_ONCE = 3;
const EXPIRED = 403;
const ENDED = [404, 410];

export async function sendInParts(file, onSent, signal) {
  const upload = await begin(file, signal);
  const size = (number) => Math.min(upload.part_bytes, file.size - (number - 1) * upload.part_bytes);
  const etags = new Map(upload.parts.map((each) => [each.number, each.etag]));
  const sent = new Map(upload.parts.map((each) => [each.number, each.size_bytes]));
  const numbers = Array.from({ length: Math.ceil(file.size / upload.part_bytes) }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !etags.has(number));
  // One part that fails for good stops the others; so does the person.
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();

  const tell = (number, bytes) => {
    sent.set(number, bytes);
    onSent([...sent.values()].reduce((sum, each) => sum + each, 0));
  };
  async function sendPart(number) {
    const start = (number - 1) * upload.part_bytes;
    const { parts } = await ask("POST", `/uploads/${upload.id}/parts`, { numbers: [number] }, own.signal);
    try {
      const body = file.slice(start, start + size(number));
      const request = await send("PUT", parts[0].url, body, {}, (bytes) => tell(number, Math.min(bytes, size(number))), own.signal);
      etags.set(number, request.getResponseHeader("ETag"));
      tell(number, size(number));
    } catch (error) {
      tell(number, 0);
      throw error instanceof Refused && error.status === EXPIRED ? new Lost() : error;
    }
  }
  async function work() {
    while (missing.length) {
      const number = missing.shift();
      await patiently(() => sendPart(number), own.signal);
    }
  }

  tell(0, 0);
  try {
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
    const parts = numbers.map((number) => ({ number, etag: etags.get(number) }));
    const asset = await patiently(() => ask("POST", `/uploads/${upload.id}/complete`, { parts }, own.signal), own.signal);
    forget(file);
    return asset;
  } catch (error) {
    if (error instanceof Refused && error.status !== 422) forget(file);
    throw error instanceof Refused && ENDED.includes(error.status) ? new Lost(error.message) : error;
  } finally {
    own.abort(new Lost());
    signal.removeEventListener("abort", stop);
  }
}

export async function giveUp(file) {
  const id = recall(file);
  forget(file);
  if (id) await ask("DELETE", `/uploads/${id}`).catch(() => null); // swept after a week otherwise
}

async function begin(file, signal) {
  const known = recall(file);
  if (known) {
    try {
      return await patiently(() => ask("GET", `/uploads/${known}`, null, signal), signal);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      forget(file);
    }
  }
  const said = { name: file.name, size_bytes: file.size, media_type: file.type };
  const begun = await patiently(() => ask("POST", "/uploads", said, signal), signal);
  keep(file, begun.id);
  return { ...begun, parts: [] };
}
