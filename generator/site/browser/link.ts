// A text in a link: compressed, and in characters that an address may have.

/** How long a text may become that a link holds: far more than any description has. */
const mostCharacters = 1_000_000;

/** @returns undefined for a text that is longer than any that is read back */
export async function packed(text: string): Promise<string | undefined> {
  if (text.length > mostCharacters) return undefined;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @returns undefined where the text is none that `packed` gave */
export async function unpacked(link: string): Promise<string | undefined> {
  try {
    const bytes = Uint8Array.from(atob(link.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
      letter.charCodeAt(0),
    );
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = stream.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
    let text = "";
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += next.value;
      // A few bytes can stand for gigabytes.
      if (text.length > mostCharacters) return undefined;
    }
    return text;
  } catch {
    return undefined;
  }
}
