// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Who is a validator now.
interface IValidators {
    function isValidator(address account) external view returns (bool);
}
