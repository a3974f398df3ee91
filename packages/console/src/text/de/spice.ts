/** Wörter für SPICE-Desktops. */
export const spiceText = {
  noClipboard: "Mit diesem Desktop lässt sich kein Text austauschen: darin läuft kein SPICE-Agent.",
};
