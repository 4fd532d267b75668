// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

/// The bounds that every list and every text has.
library Bounds {
    using EnumerableSet for EnumerableSet.AddressSet;

    uint256 internal constant MAX_PAGE = 200;
    uint256 internal constant MAX_TEXT = 512;
    uint256 internal constant MAX_DOCUMENT = 4096;

    error Bounds_PageSize(uint256 limit, uint256 max);
    error Bounds_TextTooLong(uint256 length, uint256 max);

    /// At most `limit` members from `offset` on; empty behind the end. The order is the set's, which removals change.
    function page(EnumerableSet.AddressSet storage set, uint256 offset, uint256 limit)
        internal
        view
        returns (address[] memory)
    {
        (uint256 start, uint256 end) = slice(set.length(), offset, limit);
        return set.values(start, end);
    }

    /// The part of a list of `length` items that a page is.
    function slice(uint256 length, uint256 offset, uint256 limit) internal pure returns (uint256 start, uint256 end) {
        if (limit == 0 || limit > MAX_PAGE) revert Bounds_PageSize(limit, MAX_PAGE);
        start = offset < length ? offset : length;
        end = length - start > limit ? start + limit : length;
    }

    /// A reason, a name, an address of a document.
    function text(string calldata given) internal pure {
        _atMost(bytes(given).length, MAX_TEXT);
    }

    /// Requirements of a run.
    function document(string calldata given) internal pure {
        _atMost(bytes(given).length, MAX_DOCUMENT);
    }

    function _atMost(uint256 length, uint256 max) private pure {
        if (length > max) revert Bounds_TextTooLong(length, max);
    }
}
