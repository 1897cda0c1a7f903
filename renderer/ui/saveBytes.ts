/** Offers bytes to the reader as a file to keep. */
export function saveBytes(name: string, bytes: Blob): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
