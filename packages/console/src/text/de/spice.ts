/** Wörter für SPICE-Desktops. */
export const spiceText = {
  noClipboard:
    "Mit diesem Desktop lässt sich kein Text austauschen: SPICE hat im Browser keine Zwischenablage.",
};
