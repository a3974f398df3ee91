/** What the site tells everyone who is signed in, until they put it away. */
import { CloseButton } from "@mantine/core";
import { TbAlertTriangle, TbSpeakerphone } from "react-icons/tb";
import { useAnnouncement } from "../api/site.ts";
import { shellText } from "../text/shell.ts";

export function AnnouncementBanner() {
  const { announcement, hide } = useAnnouncement();
  if (!announcement) return null;
  const { text, severity } = announcement;
  const Icon = severity === "warning" ? TbAlertTriangle : TbSpeakerphone;
  return (
    <section className={`dg-announcement dg-announcement-${severity}`} aria-label={shellText.announcement}>
      <div className="dg-announcement-inner">
        <Icon size={18} strokeWidth={1.8} aria-hidden="true" />
        <p>{text}</p>
        <CloseButton size="sm" aria-label={shellText.hideAnnouncement} onClick={hide} />
      </div>
    </section>
  );
}
