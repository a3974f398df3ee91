/** The launchpad of somebody who may not use any desktop yet. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TbDeviceDesktopPlus } from "react-icons/tb";
import { useMay } from "../../api/permissions.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { launchpadText } from "../../text/launchpad.ts";

export function NoDesktops() {
  const isAdministrator = useMay()("machines.write");
  return (
    <div className="dg-card">
      <EmptyState
        icon={<TbDeviceDesktopPlus size={26} strokeWidth={1.6} />}
        title={launchpadText.emptyTitle}
        hint={isAdministrator ? launchpadText.emptyForAdministrator : launchpadText.emptyForUser}
      >
        {isAdministrator && (
          <>
            <Button renderRoot={(props) => <Link to="/machines" {...props} />}>
              {launchpadText.addMachine}
            </Button>
            <Button variant="default" renderRoot={(props) => <Link to="/access" {...props} />}>
              {launchpadText.giveAccess}
            </Button>
          </>
        )}
      </EmptyState>
    </div>
  );
}
