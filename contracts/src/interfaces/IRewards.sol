// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Where an escrow's money goes.
interface IRewards {
    function fund(uint256 amount) external;
}
