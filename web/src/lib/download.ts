/** Saves a file on the reader's machine. */
export function save(content: Blob, name: string) {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
