// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the other contracts ask about runs.
interface IRuns {
    enum RunStatus {
        UNKNOWN,
        PENDING,
        OPEN,
        ENDED
    }

    function statusOf(uint256 run) external view returns (RunStatus);

    function ownerOf(uint256 run) external view returns (address);

    function managerOf(uint256 run) external view returns (address);

    /// When the run ended or will end by itself.
    function endOf(uint256 run) external view returns (uint64);

    function maxNodesOf(uint256 run) external view returns (uint32);

    /// The most units that one node may be credited in one epoch.
    function maxUnitsOf(uint256 run) external view returns (uint96);
}
