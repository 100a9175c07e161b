export function softwareVulkan(): { VK_ICD_FILENAMES?: string; LD_LIBRARY_PATH?: string };
